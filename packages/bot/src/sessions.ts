import type { Scenes } from 'telegraf';
import { z } from 'zod';

/** What a user entered in /register. Users of an earlier version have no phone number. */
const profile = z.object({ name: z.string(), email: z.string(), phone: z.string().optional() });

/** See `botSession.profile`. */
export type Profile = z.infer<typeof profile>;

/** The session of a user in a chat. */
export const botSession = z.object({
  /** The language that the user chose. Absent: that of their app. */
  language: z.enum(['en', 'de']).optional(),
  /** Whether the user gets a hint for a message that the bot does not understand. Default true. */
  hints: z.boolean().optional(),
  profile: profile.optional(),
  survey: z
    .object({
      rating: z.number(),
      improve: z.string().optional(),
      recommend: z.boolean().optional(),
    })
    .optional(),
  /** The latest search in the list of files, and the message with its results. */
  fileSearch: z.object({ messageId: z.number(), words: z.string() }).optional(),
  /** When the user's last command was answered, in Unix seconds. For slow mode in groups. */
  commandAt: z.number().optional(),
  /** The user has been notified that slow mode ignores their commands. */
  slowModeSaid: z.boolean().optional(),
  /** When the user last sent /cancel, in Unix seconds. */
  cancelledAt: z.number().optional(),
  /** The latest hint, how often it was given in a row, and when (Unix seconds). */
  hint: z.object({ key: z.string(), times: z.number(), at: z.number() }).optional(),
});

/** With the user's current scene, which Telegraf keeps in `__scenes`. */
export type BotSession = z.infer<typeof botSession> & Scenes.SceneSession;

/** The migrations to each version. */
export const botSessionMigrations = {
  /** /start was changed to scenes and no longer stores anything here. */
  2: ({ onboarding: _, ...rest }: { onboarding?: object }) => rest,
};

/** The session of a group. */
export const chatSession = z.object({
  /** The interval of slow mode, in which each member who is not an admin gets one answer. 0: slow mode is off. */
  slowModeSeconds: z.number(),
  /** The number of messages that the bot has received. */
  messages: z.number(),
});

/** See `chatSession`. */
export type ChatSession = z.infer<typeof chatSession>;
