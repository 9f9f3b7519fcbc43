/**
 * Looking a name up holds one of libuv's threads until its name server answers, and such slow work
 * gets half of them: with the usual four, two names that nobody answers for would hold up every
 * other. Enough for all webhooks and images that are under way at once. libuv reads it as the first
 * thread is needed, so this is imported before everything else.
 */
// biome-ignore lint/style/noProcessEnv: libuv takes it from nowhere else.
process.env.UV_THREADPOOL_SIZE ??= '256'
