export * from '@chatlane/middleware';
