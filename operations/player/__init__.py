"""Plays a patient's and a clinic's day through a running system, by HTTP alone, as people's browsers would."""
