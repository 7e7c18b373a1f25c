export * from '@chatlane/testkit';
