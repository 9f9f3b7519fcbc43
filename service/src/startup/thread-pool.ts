/**
 * A DNS lookup occupies one of libuv's threads until the name server replies, and slow work may use
 * only half of them: with the default of four, two unresponsive names would block all other lookups.
 * 256 is enough for all webhooks and images at a time. libuv reads the variable when it first uses a
 * thread, so this file is imported before everything else.
 */
// biome-ignore lint/style/noProcessEnv: libuv reads it only from the environment.
process.env.UV_THREADPOOL_SIZE ??= '256'
