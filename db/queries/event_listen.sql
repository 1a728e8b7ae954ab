-- unprepared: a connection hears of queued jobs: "ARCH COUNT", or "ARCH" for any number.
listen job_queued;
