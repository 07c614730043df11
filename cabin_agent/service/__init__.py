"""The gRPC service: translation between messages and the pipeline's values, no logic."""
