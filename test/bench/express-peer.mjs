// A webhook with only express, in a separate process.
import { createServer } from 'node:http';
import express from 'express';

const app = express();
app.post('/hook', (_request, response) => response.sendStatus(200));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
