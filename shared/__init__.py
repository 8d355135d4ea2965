"""What all three services stand on. Nothing here knows a service; only `shared.events` knows the clinic's words."""
