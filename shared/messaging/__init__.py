"""How events leave one service and reach another: envelope, outbox, relay, consumer, inbox, dead letters."""
