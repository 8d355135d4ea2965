"""The pages of a questionnaire behind its link, in the language of their address."""
