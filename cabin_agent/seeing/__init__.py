"""What the cameras see: frames in, probabilities out (`cabin_agent.seen`)."""
