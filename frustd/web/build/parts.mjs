// Whose code from npm is in what frustd serves: the page's, and the client script's. { name, license }

export const PARTS = ['socket.io-client', 'engine.io-client', 'engine.io-parser', 'socket.io-parser',
	'@socket.io/component-emitter', 'uplot', 'debug', 'ms'].map((name) => ({ name, license: name === 'ms' ? 'license.md' : 'LICENSE' }));
