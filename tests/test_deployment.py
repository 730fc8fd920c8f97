"""The Dockerfile and the compose file, read and checked by rule, since no container engine runs in the tests."""

import json
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.serve.gate import HEALTH
from assistant.settings import ENVIRONMENT_ONLY, Settings, known

ROOT = Path(__file__).parent.parent
VARIABLES = {setting.variable for setting in known()} | set(ENVIRONMENT_ONLY)


def _instructions() -> list[tuple[str, str]]:
    """Instruction and argument of each, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    return [(word, rest.strip()) for word, _, rest in (line.strip().partition(" ") for line in joined.splitlines()) if word]


DOCKERFILE = _instructions()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def _all(word: str) -> list[str]:
    return [rest for name, rest in DOCKERFILE if name == word]


def test_every_instruction_is_one_and_the_old_ones_are_not_used() -> None:
    assert {name for name, _ in DOCKERFILE} <= {
        "FROM", "ARG", "ENV", "RUN", "WORKDIR", "COPY", "LABEL", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    assert DOCKERFILE[0][0] == "FROM"


def test_two_stages_on_one_pinned_slim_base_of_the_python_that_the_project_asks_for() -> None:
    bases = _all("FROM")
    assert len(bases) == 2 and len({base.split()[0] for base in bases}) == 1
    image, _, tag = bases[0].split()[0].partition(":")
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert image == "python" and tag.startswith("3.11-slim-") and wanted.startswith(">=3.11")
    stage = bases[0].split(" AS ")[1]
    assert [copy for copy in _all("COPY") if "--from" in copy] == [f"--from={stage} /opt/trialmatch /opt/trialmatch"]


def test_it_runs_as_nobody_in_particular_and_keeps_the_store_in_a_volume() -> None:
    last = max(n for n, (name, _) in enumerate(DOCKERFILE) if name == "FROM")
    final = DOCKERFILE[last:]
    users = [rest for name, rest in final if name == "USER"]
    assert users == ["10001:10001"] and not any(name in ("RUN", "COPY") for name, _ in final[final.index(("USER", users[0])) :])
    assert [rest for name, rest in final if name == "VOLUME"] == ["/data"]
    assert all(rest.startswith("/") for rest in _all("WORKDIR"))


def test_nothing_is_fetched_but_by_pip_against_the_lock_and_no_cache_is_kept() -> None:
    runs = " ".join(_all("RUN"))
    assert not re.search(r"\b(curl|wget|git|apt-get|apt|sudo|add-apt-repository)\b|https?://", runs)
    installs = [run for run in re.split(r"&&", runs.replace("RUN", "&&")) if "pip install" in run]
    assert installs and all("--no-cache-dir" in run for run in installs)
    assert all("--constraint requirements.lock" in run or "--no-deps" in run for run in installs)
    assert (ROOT / "requirements.lock").is_file()


def test_start_and_health_are_in_exec_form_and_true_to_the_service() -> None:
    (entry,), (command,), (health,) = _all("ENTRYPOINT"), _all("CMD"), _all("HEALTHCHECK")
    assert json.loads(entry) == ["trialmatch"] and json.loads(command) == ["serve"]
    options, _, check = health.partition(" CMD ")
    assert "--start-period" in options and HEALTH in json.loads(check)[-1]
    compile(json.loads(check)[-1], "healthcheck", "exec")
    assert _all("EXPOSE") == [str(Settings(store=Path()).port)]


def test_every_variable_is_a_setting_and_no_secret_is_baked_in() -> None:
    named = set(re.findall(r"\b(TRIALMATCH_[A-Z_]+)=", " ".join(_all("ENV"))))
    for service in COMPOSE["services"].values():
        named |= {name for name in service.get("environment", {}) if name.startswith("TRIALMATCH_")}
    assert named <= VARIABLES
    secrets = {setting.variable for setting in known() if setting.secret}
    assert secrets and not secrets & set(re.findall(r"\b(TRIALMATCH_[A-Z_]+)=", " ".join(_all("ENV") + _all("ARG"))))
    for secret in secrets & set(COMPOSE["services"]["app"]["environment"]):
        assert COMPOSE["services"]["app"]["environment"][secret].startswith(f"${{{secret}:?"), "compose refuses to start without it"


def test_what_is_copied_gets_through_dockerignore_and_nothing_private_does() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    through = {rule[1:] for rule in rules if rule.startswith("!")}
    for copy in _all("COPY"):
        if "--from" not in copy:
            for source in copy.split()[:-1]:
                assert source == "." or source in through, source
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = set(built["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    assert wheel | {built["project"]["readme"], *built["project"]["license-files"], "pyproject.toml"} <= through
    for name in (".git", ".venv", "tests", "docs", "out", ".env", "trialmatch.toml"):
        assert not any(fnmatch(name, kept) for kept in through), name


@pytest.mark.parametrize("name", ["app", "chroma"])
def test_both_services_are_confined(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]
    assert service["image"] == "trialmatch" and service["build"] == "."
    assert not service.get("privileged") and service["mem_limit"] and service["restart"] == "unless-stopped"
    assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_only_the_app_is_published_and_on_this_machine_alone() -> None:
    app, chroma = COMPOSE["services"]["app"], COMPOSE["services"]["chroma"]
    assert app["ports"] == [f"127.0.0.1:{Settings(store=Path()).port}:{Settings(store=Path()).port}"] and "ports" not in chroma
    assert COMPOSE["networks"]["index"]["internal"] is True and chroma["networks"] == ["index"]


def test_the_app_waits_for_the_chroma_server_that_it_is_pointed_at() -> None:
    app, chroma = COMPOSE["services"]["app"], COMPOSE["services"]["chroma"]
    assert app["depends_on"] == {"chroma": {"condition": "service_healthy"}}
    port = chroma["command"][chroma["command"].index("--port") + 1]
    assert app["environment"]["TRIALMATCH_CHROMA_URL"] == f"http://chroma:{port}"
    assert chroma["entrypoint"] == ["chroma"] and f":{port}/api/v2/heartbeat" in chroma["healthcheck"]["test"][-1]
    compile(chroma["healthcheck"]["test"][-1], "healthcheck", "exec")
