<?php
$db = new mysqli('127.0.0.1', getenv('ACCOUNT'), getenv('PASSWORD'), null, (int) getenv('PORT'));
do {
    $db->query($argv[1]);
    [$read, $write, $failed] = [[STDIN], [], []];
} while (stream_select($read, $write, $failed, 0, 100_000) === 0);
