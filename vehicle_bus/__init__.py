"""The vehicle bus: VSS catalogue, broker, and the one policy before every actuation."""
