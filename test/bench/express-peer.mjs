// A webhook of express alone, in a process of its own.
import { createServer } from 'node:http';
import express from 'express';

const app = express();
app.post('/hook', (_request, response) => response.sendStatus(200));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
