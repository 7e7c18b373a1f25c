#!/usr/bin/env node
import { runCli } from '@chatlane/launcher';

const exitCode = await runCli(process.argv.slice(2));
if (exitCode !== undefined) process.exit(exitCode);
