"""A car, its passengers and its noise, for driving the assistant as a head unit would.

The simulator knows the vehicle bus and the public gRPC contract, and nothing of the assistant.
Voices and acoustics are plain functions (arrays in, arrays out, seeded).
"""
