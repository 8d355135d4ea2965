"""The auditor: what must hold across the three services, Kafka and the mail server, each as a sentence that counts."""
