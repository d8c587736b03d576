# The checks of the README with Perl's DBI; the first argument is the driver, mysql or MariaDB.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use Digest::MD5 qw(md5_hex);
use JSON::PP;
use POSIX ();

my $driver = $ARGV[0];
my $columns = 'id, i, u, m, d, s, b, day, at, t';
my $marks = join ', ', ('?') x 10;
my $json = JSON::PP->new->utf8->canonical;
$| = 1;

sub connect_to {
    my (%options) = @_;
    my $prefix = $driver eq 'mysql' ? 'mysql' : 'mariadb';
    my $source = "DBI:$driver:database=$ENV{DATABASE};host=127.0.0.1;port=$ENV{PORT}";
    $source .= ";${prefix}_ssl=1;${prefix}_ssl_ca_file=$ENV{CA}" if $options{tls};
    # Debian's DBD::mysql is built with a library whose TLS it does not know how to demand.
    $source .= ';mysql_ssl_optional=1' if $options{tls} && $driver eq 'mysql';
    my %settings = (RaiseError => 1, PrintError => 0, AutoCommit => 1, "${prefix}_server_prepare" => 1);
    $settings{"${prefix}_multi_statements"} = 1 if $options{multi};
    $settings{mysql_enable_utf8mb4} = 1 if $driver eq 'mysql';
    return DBI->connect($source, $ENV{ACCOUNT}, $options{password} // $ENV{PASSWORD}, \%settings);
}

sub say_that {
    my ($check, $value) = @_;
    print $json->encode({ check => $check, value => $value }), "\n";
}

# Column b is binary.
sub rows {
    my ($statement) = @_;
    my @all;
    while (my $row = $statement->fetchrow_arrayref) {
        my @texts = map { defined $_ ? "$_" : undef } @$row;
        $texts[6] = uc unpack('H*', $texts[6]) if defined $texts[6];
        push @all, \@texts;
    }
    return \@all;
}

sub number {
    my ($action) = @_;
    return eval { $action->(); 'no error' } // "" . (DBI->err // 'unknown');
}

sub cipher {
    my ($db) = @_;
    return $db->selectrow_arrayref("SHOW SESSION STATUS LIKE 'Ssl_cipher'")->[1] eq '' ? 'plain' : 'encrypted';
}

my $db = connect_to();
say_that('plain', cipher($db));
say_that('tls', cipher(connect_to(tls => 1)));
say_that('wrong password', number(sub { connect_to(password => 'wrong') }));

my $text = $db->prepare("SELECT $columns FROM kinds ORDER BY id",
    { $driver eq 'mysql' ? 'mysql_server_prepare' : 'mariadb_server_prepare', 0 });
$text->execute;
say_that('text', rows($text));
my $prepared = $db->prepare("SELECT $columns FROM kinds WHERE id >= ? ORDER BY id");
$prepared->bind_param(1, 1, SQL_INTEGER);
$prepared->execute;
say_that('prepared', rows($prepared));

my $insert = $db->prepare("INSERT INTO received ($columns) VALUES ($marks)");
my @first = (1, '-9223372036854775808', '18446744073709551615', '-12345678901234567890.0123456789', -0.25,
    "it's Ünïcödé 😀", "\x00\xff'\\\n\x1a", '2024-02-29', '2024-02-29 23:59:59.123456', '-12:34:56.789');
my %kinds = (0 => SQL_INTEGER, 4 => SQL_DOUBLE, 6 => SQL_BLOB);
$insert->bind_param($_ + 1, $first[$_], $kinds{$_} // SQL_VARCHAR) for 0 .. $#first;
$insert->execute;
$insert->execute(2, (undef) x 9);
my $received = $db->prepare("SELECT $columns FROM received ORDER BY id");
$received->execute;
say_that('parameters', rows($received));

my $large = $db->prepare('INSERT INTO large VALUES (1, ?)');
$large->bind_param(1, join('', map { chr } 0 .. 255) x int($ENV{LARGE_BYTES} / 256), SQL_BLOB);
$large->execute;
$db->{LongReadLen} = $ENV{LARGE_BYTES};
my ($value) = $db->selectrow_array('SELECT v FROM large');
say_that('large', ['' . length $value, md5_hex($value)]);

my ($count, $total) = (0, 0);
my $many = $db->prepare('SELECT n, s FROM many');
$many->execute;
while (my ($n) = $many->fetchrow_array) { $count++; $total += $n }
say_that('many rows', ["$count", "$total"]);

my $multi = connect_to(multi => 1);
my $several = $multi->prepare('SELECT 1; SELECT 2',
    { $driver eq 'mysql' ? 'mysql_server_prepare' : 'mariadb_server_prepare', 0 });
$several->execute;
my @answers;
do { push @answers, '' . $several->fetchrow_arrayref->[0] } while $several->more_results;
say_that('multi-statements', \@answers);

my ($id) = $db->selectrow_array('SELECT CONNECTION_ID()');
my $child = fork // die "cannot fork: $!";
if ($child == 0) {
    $_->{InactiveDestroy} = 1 for ($db, $multi);
    my $killer = connect_to();
    while (1) { $killer->do("KILL QUERY $id"); select undef, undef, undef, 0.1 }
}
say_that('cancel', number(sub { $db->do($ENV{ENDLESS}) }));
kill 'KILL', $child;
waitpid $child, 0;

connect_to()->do("KILL $id");
my $lost = number(sub { $db->do('SELECT 1') });
my ($again) = connect_to()->selectrow_array("SELECT 'again'");
say_that('reconnect', [$lost eq 'no error' ? $lost : 'lost', $again]);
POSIX::_exit(0);
