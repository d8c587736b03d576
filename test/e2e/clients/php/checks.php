<?php
/** What mysqli.php and pdo.php have in common: how results are printed, and the values that are bound. */

const COLUMNS = 'id, i, u, m, d, s, b, day, at, t';

function say(string $check, mixed $value): void
{
    echo json_encode(['check' => $check, 'value' => $value], JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
    flush();
}

/** Column b is binary: PHP's strings do not tell. */
function shown(array $row): array
{
    $texts = array_map(fn ($value) => $value === null ? null : (string) $value, $row);
    if ($texts[6] !== null) $texts[6] = strtoupper(bin2hex($texts[6]));
    return $texts;
}

function encryption(string $cipher): string
{
    return $cipher === '' ? 'plain' : 'encrypted';
}

function largeValue(): string
{
    return str_repeat(implode('', array_map('chr', range(0, 255))), intdiv((int) getenv('LARGE_BYTES'), 256));
}

function firstRow(): array
{
    return [
        1, PHP_INT_MIN, '18446744073709551615', '-12345678901234567890.0123456789', -0.25, "it's Ünïcödé 😀",
        "\x00\xff'\\\n\x1a", '2024-02-29', '2024-02-29 23:59:59.123456', '-12:34:56.789',
    ];
}

/** Kills again and again, in a process of its own, until its standard input ends. */
function startKiller(string $statement): array
{
    $code = 'require "' . __DIR__ . '/kill.php";';
    $process = proc_open([PHP_BINARY, '-r', $code, $statement], [['pipe', 'r'], STDERR, STDERR], $pipes);
    return [$process, $pipes[0]];
}

function stopKiller(array $killer): void
{
    fclose($killer[1]);
    proc_close($killer[0]);
}
