"""Opens the chat page on this machine: `python app.py`."""

from assistant import Assistant
from assistant.ui import launch

if __name__ == "__main__":
    launch(Assistant.open())
