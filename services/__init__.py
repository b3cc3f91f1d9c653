"""What runs on the platform."""
