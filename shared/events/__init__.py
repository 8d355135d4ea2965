"""The contracts between the services: one frozen model per event, one Kafka topic per model."""
