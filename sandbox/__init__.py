"""A local AWS that runs the warehouse with real data: moto's control planes, real engines."""
