# Sources of this layer, added to its library.
target_sources(frustd_app PRIVATE
	app/api.c app/bans.c app/badge.c app/body.c app/clock.c app/feed.c app/files.c app/hours.c app/hub.c app/hub_jobs.c app/hub_join.c app/hub_play.c
	app/json.c app/limits.c app/live.c app/metrics.c app/pids.c app/presence.c app/process.c app/prom.c app/pulse.c app/recent.c app/sample.c app/site.c
	app/state.c app/text.c app/users.c app/version.c app/watch.c daemon.c front.c option_values.c options.c
	config.c doors.c log_file.c notices.c orders.c settings.c settings_command.c settings_file.c systemd.c)
