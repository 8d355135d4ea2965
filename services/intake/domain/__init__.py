"""What is true of people, requests, consent and risk, whoever asks and however it is stored."""
