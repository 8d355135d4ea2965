"""The whole request, filled in by staff with somebody who phones or stands at the desk."""
