throw new Error('no connection\n  to the database');
