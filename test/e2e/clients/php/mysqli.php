<?php
/** The checks of the README with mysqli. */
require __DIR__ . '/checks.php';

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

function connect(bool $tls = false, ?string $password = null): mysqli
{
    $db = mysqli_init();
    $flags = 0;
    if ($tls) {
        $db->ssl_set(null, null, getenv('CA'), null, null);
        $flags = MYSQLI_CLIENT_SSL;
    }
    $db->real_connect('127.0.0.1', getenv('ACCOUNT'), $password ?? getenv('PASSWORD'), getenv('DATABASE'), (int) getenv('PORT'), null, $flags);
    $db->set_charset('utf8mb4');
    return $db;
}

function rows(mysqli_result $result): array
{
    return array_map('shown', $result->fetch_all(MYSQLI_NUM));
}

function errorNumber(callable $action): string
{
    try {
        $action();
    } catch (mysqli_sql_exception $error) {
        return (string) $error->getCode();
    }
    return 'no error';
}

function cipher(mysqli $db): string
{
    return encryption($db->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")->fetch_row()[1]);
}

$db = connect();
say('plain', cipher($db));
say('tls', cipher(connect(tls: true)));
say('wrong password', errorNumber(fn () => connect(password: 'wrong')));

say('text', rows($db->query('SELECT ' . COLUMNS . ' FROM kinds ORDER BY id')));
$select = $db->prepare('SELECT ' . COLUMNS . ' FROM kinds WHERE id >= ? ORDER BY id');
$select->execute([1]);
say('prepared', rows($select->get_result()));

$insert = $db->prepare('INSERT INTO received (' . COLUMNS . ') VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
$row = firstRow();
$insert->bind_param('iissdsssss', ...$row);
$insert->execute();
$row = [2, null, null, null, null, null, null, null, null, null];
$insert->bind_param('iissdsssss', ...$row);
$insert->execute();
say('parameters', rows($db->query('SELECT ' . COLUMNS . ' FROM received ORDER BY id')));

$insert = $db->prepare('INSERT INTO large VALUES (1, ?)');
$empty = null;
$insert->bind_param('b', $empty);
foreach (str_split(largeValue(), 1_000_000) as $piece) $insert->send_long_data(0, $piece);
$insert->execute();
$value = $db->query('SELECT v FROM large')->fetch_row()[0];
say('large', [(string) strlen($value), md5($value)]);

$count = $total = 0;
foreach ($db->query('SELECT n, s FROM many', MYSQLI_USE_RESULT) as $each) {
    $count++;
    $total += (int) $each['n'];
}
say('many rows', [(string) $count, (string) $total]);

$several = [];
$db->multi_query('SELECT 1; SELECT 2');
do $several[] = $db->store_result()->fetch_row()[0];
while ($db->next_result());
say('multi-statements', $several);

$killer = startKiller('KILL QUERY ' . $db->thread_id);
say('cancel', errorNumber(fn () => $db->query(getenv('ENDLESS'))));
stopKiller($killer);

connect()->query('KILL ' . $db->thread_id);
$lost = errorNumber(fn () => $db->query('SELECT 1'));
say('reconnect', [$lost === 'no error' ? $lost : 'lost', connect()->query("SELECT 'again'")->fetch_row()[0]]);
