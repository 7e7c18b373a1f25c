import type { Scenes } from 'telegraf';
import { z } from 'zod';

/** What a user told the bot in /register. Who registered with an earlier version gave no phone number. */
const profile = z.object({ name: z.string(), email: z.string(), phone: z.string().optional() });

export type Profile = z.infer<typeof profile>;

/** Kept for each user in each chat. */
export const botSession = z.object({
  /** Chosen by the user; absent: that of their app. */
  language: z.enum(['en', 'de']).optional(),
  /** Whether to be told that a message was not understood; absent: yes. */
  hints: z.boolean().optional(),
  profile: profile.optional(),
  survey: z
    .object({
      rating: z.number(),
      improve: z.string().optional(),
      recommend: z.boolean().optional(),
    })
    .optional(),
  /** The words of the list of files that was searched last. */
  fileSearch: z.object({ messageId: z.number(), words: z.string() }).optional(),
  /** When the user's last command was answered, Unix seconds; in groups with slow mode. */
  commandAt: z.number().optional(),
  /** The user knows that slow mode ignores their commands until the next one is due. */
  slowModeSaid: z.boolean().optional(),
  /** When the user last sent /cancel, Unix seconds. */
  cancelledAt: z.number().optional(),
  /** What was said last about a message that was not what was expected, how often in a row, and when (Unix seconds). */
  hint: z.object({ key: z.string(), times: z.number(), at: z.number() }).optional(),
});

/** `__scenes` is Telegraf's: the scene the user is in. */
export type BotSession = z.infer<typeof botSession> & Scenes.SceneSession;

/** Each step leads to its version; what an earlier version stored is the argument. */
export const botSessionMigrations = {
  /** /start became scenes, and keeps nothing here any more. */
  2: ({ onboarding: _, ...rest }: { onboarding?: object }) => rest,
};

/** Kept for each group. */
export const chatSession = z.object({
  /** One answer to a command in so many seconds, for each who is no admin; 0: slow mode is off. */
  slowModeSeconds: z.number(),
  /** Messages the bot has seen. */
  messages: z.number(),
});

export type ChatSession = z.infer<typeof chatSession>;
