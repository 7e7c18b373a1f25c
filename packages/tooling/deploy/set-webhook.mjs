// Tells Telegram where updates go, once a deployment: to PUBLIC_URL, or with INGRESS_MODE=polling nowhere.
// Updates that wait at Telegram are kept.
const {
  BOT_TOKEN: token,
  INGRESS_MODE: mode,
  PUBLIC_URL: publicUrl,
  TELEGRAM_API_ROOT: apiRoot,
  WEBHOOK_PATH: path,
  WEBHOOK_SECRET: secret,
} = process.env;

const polling = mode === 'polling';
const missing = Object.entries(
  polling
    ? { BOT_TOKEN: token }
    : { BOT_TOKEN: token, PUBLIC_URL: publicUrl, WEBHOOK_SECRET: secret },
).filter(([, value]) => !value);

if (missing.length > 0) {
  for (const [setting] of missing) console.error(`${setting}: is missing; set it in .env`);
  process.exitCode = 2;
} else {
  process.exitCode = await (polling
    ? call('deleteWebhook', { drop_pending_updates: false })
    : call('setWebhook', {
        url: new URL(path || '/telegram/webhook', publicUrl).href,
        secret_token: secret,
        allowed_updates: [],
      }));
}

/** Answers the exit code. The token is part of the address, which is therefore never printed. */
async function call(method, parameters) {
  try {
    const response = await fetch(`${apiRoot || 'https://api.telegram.org'}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
      signal: AbortSignal.timeout(15_000),
    });
    const { ok, description } = await response.json();
    console.log(`${method}: ${description}`);
    return ok ? 0 : 1;
  } catch (error) {
    console.error(`${method}: no answer from Telegram (${error.cause?.code ?? error.name})`);
    return 1;
  }
}
