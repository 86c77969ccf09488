// As a composition root does that connects to a server which does not answer.
setInterval(() => undefined, 1_000);
export default await new Promise(() => undefined);
