"""The function behind the WebSocket API: who is connected, and what they are told."""
