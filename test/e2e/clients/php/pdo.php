<?php
/** The checks of the README with PDO, preparing on the server. */
require __DIR__ . '/checks.php';

function connect(bool $tls = false, ?string $password = null, bool $buffered = true): PDO
{
    $options = [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM,
        PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => $buffered,
    ];
    if ($tls) $options[PDO::MYSQL_ATTR_SSL_CA] = getenv('CA');
    $source = 'mysql:host=127.0.0.1;port=' . getenv('PORT') . ';dbname=' . getenv('DATABASE') . ';charset=utf8mb4';
    return new PDO($source, getenv('ACCOUNT'), $password ?? getenv('PASSWORD'), $options);
}

function rows(PDOStatement $statement): array
{
    return array_map('shown', $statement->fetchAll());
}

/** PDO::query prepares too when it does not emulate; exec() and emulation send text. */
function text(PDO $db, string $sql): PDOStatement
{
    $db->setAttribute(PDO::ATTR_EMULATE_PREPARES, true);
    $statement = $db->query($sql);
    $db->setAttribute(PDO::ATTR_EMULATE_PREPARES, false);
    return $statement;
}

function errorNumber(callable $action): string
{
    try {
        $action();
    } catch (PDOException $error) {
        return (string) ($error->errorInfo[1] ?? $error->getCode());
    }
    return 'no error';
}

function cipher(PDO $db): string
{
    return encryption($db->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")->fetch()[1]);
}

$db = connect();
say('plain', cipher($db));
say('tls', cipher(connect(tls: true)));
say('wrong password', errorNumber(fn () => connect(password: 'wrong')));

say('text', rows(text($db, 'SELECT ' . COLUMNS . ' FROM kinds ORDER BY id')));
$select = $db->prepare('SELECT ' . COLUMNS . ' FROM kinds WHERE id >= ? ORDER BY id');
$select->execute([1]);
say('prepared', rows($select));

$insert = $db->prepare('INSERT INTO received (' . COLUMNS . ') VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
$kinds = [PDO::PARAM_INT, PDO::PARAM_INT, 6 => PDO::PARAM_LOB];
foreach (firstRow() as $at => $value) $insert->bindValue($at + 1, $value, $kinds[$at] ?? PDO::PARAM_STR);
$insert->execute();
$insert->bindValue(1, 2, PDO::PARAM_INT);
for ($at = 2; $at <= 10; $at++) $insert->bindValue($at, null, PDO::PARAM_NULL);
$insert->execute();
say('parameters', rows(text($db, 'SELECT ' . COLUMNS . ' FROM received ORDER BY id')));

$insert = $db->prepare('INSERT INTO large VALUES (1, ?)');
$insert->bindValue(1, largeValue(), PDO::PARAM_LOB);
$insert->execute();
$value = $db->query('SELECT v FROM large')->fetch()[0];
say('large', [(string) strlen($value), md5($value)]);

$count = $total = 0;
foreach (connect(buffered: false)->query('SELECT n, s FROM many') as [$n]) {
    $count++;
    $total += $n;
}
say('many rows', [(string) $count, (string) $total]);

$several = [];
$statement = text($db, 'SELECT 1; SELECT 2');
do $several[] = (string) $statement->fetch()[0];
while ($statement->nextRowset());
say('multi-statements', $several);

$id = $db->query('SELECT CONNECTION_ID()')->fetch()[0];
$killer = startKiller("KILL QUERY $id");
say('cancel', errorNumber(fn () => $db->query(getenv('ENDLESS'))));
stopKiller($killer);

connect()->exec("KILL $id");
$lost = errorNumber(fn () => @$db->query('SELECT 1'));
say('reconnect', [$lost === 'no error' ? $lost : 'lost', connect()->query("SELECT 'again'")->fetch()[0]]);
