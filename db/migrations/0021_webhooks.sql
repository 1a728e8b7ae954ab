-- Webhooks as a second channel. The secret that signs is kept as it is, since it must sign; it is shown once.
alter table subscription
	add secret text check (secret ~ '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$'),
	drop constraint subscription_channel_check,
	add constraint subscription_channel_check check (channel in ('mail', 'webhook')),
	add constraint subscription_secret_there check ((channel = 'webhook') = (secret is not null));
comment on column subscription.channel is 'How: mail or webhook.';
comment on column subscription.target is 'Where: an address, or a URL. Shown to nobody in full.';
comment on column subscription.secret is 'What signs a webhook''s messages; null for mail.';

create function webhook_secret() returns text
language sql volatile as $$
	select 'whsec_' || encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'base64')
$$;
comment on function webhook_secret() is 'A fresh secret: 32 bytes out of 366 random bits.';
