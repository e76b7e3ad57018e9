#include "tuning.h"

#include <frust/types.h>

#define DESCRIPTORS_KEPT 128

void tuning_hub(const struct options *options, struct hub_options *hub)
{
	hub->limits = (struct frust_limits)FRUST_LIMITS_INIT;
	hub->limits.user = (uint32_t)options->user_max;
	hub->limits.comment = (uint32_t)options->comment_max;
	hub->limits.style = (uint32_t)options->style_max;
	hub->limits.name = (uint32_t)options->event_max;
	hub->rates.client = (uint32_t)options->click_rate;
	hub->rates.address = (uint32_t)options->address_click_rate;
	hub->feed_rate = (uint32_t)options->feed_rate;
}

void tuning_peers(const struct options *options, uint64_t descriptors,
		  struct net_peers_limits *limits)
{
	uint64_t kept = descriptors / 4 < DESCRIPTORS_KEPT ? descriptors / 4 : DESCRIPTORS_KEPT;
	uint64_t most = (uint64_t)options->connections_max;

	if (most > descriptors - kept)
		most = descriptors - kept;
	*limits = (struct net_peers_limits){
		.all = (uint32_t)most,
		.address = (uint32_t)options->address_connections_max,
		.rate = (uint32_t)options->address_rate,
	};
}
