import uuid

from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Customer(models.Model):
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=80, db_index=True)
    email = models.EmailField(null=True)
    balance = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    born = models.DateField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)
    notes = models.TextField(blank=True)
    photo = models.BinaryField(null=True)
    wait = models.DurationField(null=True)
    at = models.TimeField(null=True)
    ip = models.GenericIPAddressField(null=True)
    score = models.FloatField(default=0)
    rank = models.PositiveSmallIntegerField(default=0)
    tags = models.ManyToManyField(Tag, blank=True)
    parent = models.ForeignKey('self', null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=['name', '-created'], name='by_name')]
        constraints = [
            models.CheckConstraint(condition=models.Q(balance__gte=-1000), name='not_too_poor'),
            models.UniqueConstraint(fields=['name', 'born'], name='name_born'),
        ]


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name='orders')
    total = models.DecimalField(max_digits=20, decimal_places=4)
    placed = models.DateTimeField()
    status = models.CharField(max_length=10, default='new')
    slug = models.SlugField(default='x')
