// A bot in three versions, which differ in the shape of the session, the steps of the wizard, and the scenes. With
// CODE=1..3 a worker runs it (BOT_MODULE); a test can also build a version itself, to make it die at a chosen point.
import {
  cancel,
  createButtons,
  handOver,
  input,
  namedWizard,
  ownContact,
  reset,
  sceneState,
  session,
} from '@chatlane/middleware';
import { Composer, Markup, Scenes } from 'telegraf';
import { z } from 'zod';

const form1 = { name: z.string(), email: z.string() };
const form2 = { name: z.string(), age: z.number().int().min(1), email: z.string() };
const form3 = { email: z.string(), name: z.object({ full: z.string() }), phone: z.string() };

/** The schema of the session in each version. Strict, so that nothing of another version can remain in it. */
export const schemas = {
  1: z.strictObject({ visits: z.number(), form: z.strictObject(form1).optional() }),
  2: z.strictObject({
    visits: z.number(),
    form: z.strictObject({ ...form2, age: z.number().optional() }).optional(),
    photos: z.array(z.string()).max(5),
    rating: z.number().optional(),
  }),
  3: z.strictObject({
    visits: z.object({ count: z.number() }),
    form: z.strictObject({ ...form3, phone: z.string().optional() }).optional(),
    photos: z.array(z.string()).max(5),
    rating: z.object({ stars: z.number(), why: z.string().optional() }).optional(),
  }),
};

const migrations = {
  2: (old) => ({ ...old, photos: [] }),
  3: ({ visits, form, photos, rating }) => ({
    visits: { count: visits },
    photos,
    ...(form && { form: { email: form.email, name: { full: form.name } } }),
    ...(rating !== undefined && { rating: { stars: rating } }),
  }),
};

const shapes = { 1: form1, 2: form2, 3: form3 };
const email = input(z.email());
const name = input(z.string().min(1).max(64).regex(/^[^/]/));
const age = input(z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(1)));
const valueOf = (read) => (read.ok ? read.value : undefined);

function questions(version) {
  const ask = (what) => (ctx) => ctx.reply(`${what}?`);
  const all = {
    name: {
      ask: ask('name'),
      read: (ctx) => {
        const text = valueOf(name.read(ctx));
        return text !== undefined && version === 3 ? { full: text } : text;
      },
    },
    age: { ask: ask('age'), read: (ctx) => valueOf(age.read(ctx)) },
    email: { ask: ask('email'), read: (ctx) => valueOf(email.read(ctx)) },
    phone: { ask: ask('phone'), read: (ctx) => valueOf(ownContact.read(ctx))?.phone },
  };
  return Object.fromEntries(Object.keys(shapes[version]).map((step) => [step, all[step]]));
}

/** `beforeCommit` runs after all handlers of a turn. */
export function createVersion(version, beforeCommit = () => undefined) {
  // Versions 1 and 2 share their buttons; version 3 considers older buttons outdated.
  const buttons = createButtons({
    secret: 'a secret of thirty-two characters',
    version: version < 3 ? '1' : '3',
  });
  const confirm = buttons.action('confirm', z.enum(['yes', 'back']));
  const rate = buttons.action('rate', version === 1 ? z.number().max(3) : z.number().max(5));

  const wizard = namedWizard()('form', {
    state: shapes[version],
    steps: {
      ...questions(version),
      confirm: {
        ask: (ctx) =>
          ctx.reply(
            'right?',
            Markup.inlineKeyboard([confirm.button('Yes', 'yes'), confirm.button('Back', 'back')]),
          ),
        accepts: ['message', 'callback_query'],
        handle: (ctx, next) =>
          confirm.on((_, choice) => (choice === 'yes' ? ctx.wizard.next() : ctx.wizard.back()))(
            ctx,
            () => (ctx.message === undefined ? next() : ctx.wizard.again()),
          ),
      },
    },
    async done(ctx, form) {
      ctx.session.form = form;
      await ctx.reply('done');
    },
  });

  const rated = sceneState({ stars: z.number() });
  const [first, second] = version === 3 ? ['stars', 'why'] : ['rate', 'reason'];
  const stars = new Scenes.BaseScene(first);
  stars.enter((ctx) =>
    ctx.reply('stars?', Markup.inlineKeyboard([1, 2, 3].map((n) => rate.button(String(n), n)))),
  );
  stars.use(
    rate.on(async (ctx, value) => {
      rated(ctx).stars = value;
      await handOver(ctx, second);
    }),
  );
  const why = new Scenes.BaseScene(second);
  why.enter((ctx) => ctx.reply('why?'));
  why.on('text', async (ctx) => {
    const value = rated(ctx).stars ?? 0;
    if (version === 2) ctx.session.rating = value;
    if (version === 3) ctx.session.rating = { stars: value, why: ctx.message.text.slice(0, 99) };
    await ctx.scene.leave();
    await ctx.reply('thanks');
  });

  const stage = new Scenes.Stage([wizard, stars, why], { ttl: 3600 });
  stage.use(cancel({ cancelled: 'cancelled', nothing: 'nothing' }));
  stage.command('help', (ctx) => ctx.reply(`help ${version}`));
  stage.command('register', (ctx) => ctx.scene.enter('form'));
  stage.command('survey', (ctx) => ctx.scene.enter(first));

  const bot = new Composer();
  bot.use(async (ctx, next) => {
    await next();
    await beforeCommit(ctx);
  });
  bot.use(reset({ done: 'reset' }));
  bot.use(
    session({
      version,
      migrations: Object.fromEntries(Object.entries(migrations).filter(([to]) => to <= version)),
      schema: schemas[version],
      defaultSession: () =>
        ({
          1: { visits: 0 },
          2: { visits: 0, photos: [] },
          3: { visits: { count: 0 }, photos: [] },
        })[version],
    }),
  );
  bot.use((ctx, next) => {
    if (version === 3) ctx.session.visits.count += 1;
    else ctx.session.visits += 1;
    return next();
  });
  bot.on('photo', (ctx, next) => {
    if (version > 1)
      ctx.session.photos = [...ctx.session.photos, ctx.message.photo[0].file_id].slice(-5);
    return next();
  });
  bot.use(stage);
  bot.on('message', (ctx) => ctx.reply('what?'));
  bot.use(buttons.rest);
  return bot;
}

export const createBot = () => createVersion(Number(process.env.CODE ?? 1));
export default createBot();
