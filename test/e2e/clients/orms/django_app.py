"""What an application of Django does: migrations, the admin's pages, nested transactions, JSON, inspectdb."""
import datetime as dt
import io
import json
import os
import sys
import uuid
from decimal import Decimal

import django
from django.conf import settings

made = os.environ['FOLDER']
sys.path += [os.path.dirname(__file__), made]
os.makedirs(os.path.join(made, 'shop_migrations'), exist_ok=True)
open(os.path.join(made, 'shop_migrations', '__init__.py'), 'a').close()
options = dict(APP_DIRS=True, OPTIONS=dict(context_processors=[
    'django.template.context_processors.request', 'django.contrib.auth.context_processors.auth',
    'django.contrib.messages.context_processors.messages']))
settings.configure(
    SECRET_KEY='of a test', USE_TZ=True, TIME_ZONE='UTC', ALLOWED_HOSTS=['*'], ROOT_URLCONF='shop.urls',
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField', MIGRATION_MODULES={'shop': 'shop_migrations'},
    INSTALLED_APPS=[f'django.contrib.{name}' for name in ('contenttypes', 'auth', 'sessions', 'admin', 'messages')] + ['shop'],
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware',
                'django.contrib.messages.middleware.MessageMiddleware'],
    TEMPLATES=[dict(BACKEND='django.template.backends.django.DjangoTemplates', **options)],
    DATABASES={'default': dict(ENGINE='django.db.backends.mysql', HOST='127.0.0.1', PORT=os.environ['PORT'], USER=os.environ['ACCOUNT'],
                               PASSWORD=os.environ['PASSWORD'], NAME=os.environ['DATABASE'], OPTIONS=dict(charset='utf8mb4'))},
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import Error, connection, models, transaction  # noqa: E402
from django.db.models import Avg, Case, Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Value, When, Window  # noqa: E402
from django.db.models import functions as fn  # noqa: E402
from django.test import Client  # noqa: E402
from shop.models import Customer, Order, Tag  # noqa: E402


def say(check, value):
    print(json.dumps(dict(check=check, value=repr(value))), flush=True)


def command(*words, **named):
    output = io.StringIO()
    call_command(*words, stdout=output, **named)
    return output.getvalue()


def failing(work):
    try:
        with transaction.atomic():
            work()
    except Error as error:
        return type(error).__name__, error.args[0]
    return None


command('makemigrations', 'shop', verbosity=0)
command('migrate', verbosity=0)
say('migrations', command('showmigrations'))
say('nothing left to migrate', command('makemigrations', 'shop', dry_run=True))
User.objects.create_superuser('root', 'r@example.com', 'pw')

Tag.objects.bulk_create([Tag(name=name) for name in ('red', 'Grün', 'blue')])
customers = []
for i, name in enumerate(['Ann', 'bob', 'Çelik', 'Dan', 'eve']):
    customers.append(Customer.objects.create(
        uid=uuid.UUID(int=i + 1), name=name, email=None if i == 3 else f'{name.lower()}@example.com', balance=Decimal('10.50') * i,
        born=dt.date(1980 + i, 2, 28) if i else None, active=i % 2 == 0, settings={'a': i, 'b': {'c': [1, {'d': name}]}, 'n': None},
        notes='héllo ✓ 😀' * i, photo=b'\x00\xff\x10' * i, wait=dt.timedelta(hours=i, microseconds=5), at=dt.time(1 + i, 2, 3),
        ip=['10.0.0.1', '::1'][i % 2], score=i / 3, rank=i))
    customers[i].tags.set(Tag.objects.order_by('id')[:i % 3 + 1])
for i in range(20):
    Order.objects.create(customer=customers[i % 5], total=Decimal('9.9999') * (i + 1), status='paid' if i % 3 else 'new', slug=f's-{i}',
                         placed=dt.datetime(2026, 1 + i // 4, 1 + i, i, i, i, i * 1000, tzinfo=dt.timezone.utc))
Customer.objects.filter(name='Dan').update(parent=customers[0])

fields = ['uid', 'name', 'email', 'balance', 'born', 'active', 'settings', 'notes', 'photo', 'wait', 'at', 'ip', 'score', 'rank']
by_uid = Customer.objects.order_by('uid')
say('values', list(by_uid.values_list(*fields)))
lookups = dict(
    name__iexact='ANN', name__icontains='E', name__startswith='B', name__contains='b', name__regex='^[ab]', name__iregex='^[AB]',
    name__in=['Ann', 'Dan'], born__year=1981, born__week_day=7, born__iso_year=1981, created__date__gte=dt.date(2020, 1, 1), at__hour=2,
    wait__gt=dt.timedelta(hours=2), notes__icontains='HÉLLO', settings__a__gt=1, settings__b__c__0=1, settings__b__c__1__d='bob',
    settings__has_key='n', settings__has_any_keys=['zz', 'a'], settings__contains={'a': 1}, settings__n=None, settings__zz__isnull=True,
    settings__b__c__1__d__icontains='O', settings__a__in=[1, 2])
for lookup, value in lookups.items():
    say(lookup, sorted(Customer.objects.filter(**{lookup: value}).values_list('name', flat=True)))
say('exclude', sorted(Customer.objects.exclude(settings__a=1).values_list('name', flat=True)))
figures = dict(n=Count('orders'), s=Sum('orders__total'), m=Max('orders__placed'), a=Avg('orders__total'), t=Count('tags', distinct=True))
say('annotate', list(by_uid.annotate(**figures).values_list('name', *figures)))
say('by month', list(Order.objects.annotate(m=fn.TruncMonth('placed')).values('m').annotate(n=Count('id')).order_by('m')))
say('trunc', [list(Order.objects.annotate(x=trunc('placed')).order_by('id').values_list('x', flat=True)[:3])
              for trunc in (fn.TruncWeek, fn.TruncQuarter, fn.TruncHour, fn.TruncDate, fn.TruncTime, fn.ExtractWeek, fn.ExtractIsoWeekDay)])
expressions = dict(
    concat=fn.Concat('name', Value(' '), 'notes', output_field=models.TextField()), chr=fn.Chr(F('rank') + 65), ord=fn.Ord('name'), greatest=fn.Greatest('rank', 2),
    left=fn.Left('name', 2), pad=fn.LPad('name', 6, Value('x')), sha=fn.SHA256('name'),
    cast=fn.Cast('balance', models.IntegerField()), object=fn.JSONObject(n='name', r='rank'), bit=F('rank').bitxor(3),
    case=Case(When(rank__gt=2, then=Value('hi')), When(active=True, then=Value('act')), default=Value('lo')),
    exists=Exists(Order.objects.filter(customer=OuterRef('pk'), status='new')), both=Q(rank__gt=2) & Q(active=True),
    last=Subquery(Order.objects.filter(customer=OuterRef('pk')).order_by('-placed').values('slug')[:1]))
for name, expression in expressions.items():
    say(name, list(by_uid.annotate(x=expression).values_list('x', flat=True)))
say('window', list(Order.objects.annotate(
    r=Window(fn.Rank(), partition_by='status', order_by='total'), lag=Window(fn.Lag('slug'), order_by='id'),
    first=Window(fn.FirstValue('slug'), partition_by='customer', order_by='id')).order_by('id').values_list('r', 'lag', 'first')))
say('union', list(Customer.objects.filter(rank=1).values_list('name').union(Tag.objects.values_list('name')).order_by('name')))
say('prefetch', [(c.name, sorted(t.name for t in c.tags.all()), len(c.orders.all())) for c in by_uid.prefetch_related('tags', 'orders')])
say('upsert', [Tag.objects.get_or_create(name='red')[1], Tag.objects.get_or_create(name='new')[1], len(Tag.objects.bulk_create(
    [Tag(name='red'), Tag(name='x')], update_conflicts=True, update_fields=['name'])), Tag.objects.count()])
say('update', [Order.objects.filter(status='new').update(total=F('total') * 2, placed=F('placed') + dt.timedelta(days=1)),
               list(Order.objects.order_by('id').values_list('total', 'placed')[:3])])
say('delete', [Order.objects.filter(customer__name='eve').delete(), Customer.objects.filter(name='Ann').delete()[0] > 4,
               Customer.objects.get(name='Dan').parent])

with transaction.atomic():
    Tag.objects.create(name='outer')
    say('rolled back', failing(lambda: [Tag.objects.create(name='inner'), Tag.objects.create(name='RED')]))
    with transaction.atomic():
        Tag.objects.create(name='kept')
        mark = transaction.savepoint()
        Tag.objects.create(name='gone')
        transaction.savepoint_rollback(mark)
    say('locked', [tag.name for tag in Tag.objects.select_for_update(skip_locked=True).order_by('id')[:2]])
say('after nesting', sorted(Tag.objects.values_list('name', flat=True)))
say('errors', [failing(work) for work in (
    lambda: Customer.objects.create(name='z', balance=-5000), lambda: Tag.objects.create(name='x' * 51),
    lambda: Customer.objects.create(name=None), lambda: Customer.objects.create(name='q', rank=70000))])

with connection.schema_editor() as editor:
    colour = models.CharField(max_length=20, default='red', null=True)
    colour.set_attributes_from_name('colour')
    colour.model = Tag
    editor.add_field(Tag, colour)
    wider = models.CharField(max_length=99, unique=True, db_comment='what it is')
    wider.set_attributes_from_name('name')
    wider.model = Tag
    editor.alter_field(Tag, Tag._meta.get_field('name'), wider)
    editor.add_index(Tag, models.Index(fields=['name', '-id'], name='both'))
    editor.alter_db_table(Tag, 'shop_tag', 'shop_label')
    editor.alter_db_table(Tag, 'shop_label', 'shop_tag')
say('described', command('inspectdb', 'shop_customer', 'shop_order', 'shop_tag', 'shop_customer_tags'))
say('dumped', [each['model'] for each in json.loads(command('dumpdata', 'shop.order'))])
site = Client()
say('login', site.login(username='root', password='pw'))
pages = ['', 'shop/customer/', 'shop/customer/?q=bob&active__exact=0&o=-2.1', 'shop/order/?status__exact=paid&placed__year=2026&q=b',
         'shop/order/add/', 'auth/user/', 'shop/tag/?q=r']
say('pages', [site.get(f'/admin/{page}').status_code for page in pages])
say('posted', [site.post('/admin/shop/tag/add/', {'name': 'posted'}).status_code, Tag.objects.filter(name='posted').count()])
command('migrate', 'shop', 'zero', verbosity=0)
say('gone', [name for name in connection.introspection.table_names() if name.startswith('shop')])
