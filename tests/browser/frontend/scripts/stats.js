'use strict';

const routes = ['/api/online_users', '/api/users', '/api/latest_events', '/api/latest_hours', '/version.json', '/api', '/api/latest_clicks',
	'/api/current_stats'];

Promise.all(routes.map((route) => fetch(route).then((response) => response.json()))).then((answers) => {
	document.getElementById('answers').textContent = JSON.stringify(Object.fromEntries(routes.map((route, i) => [route, answers[i]])));
});
