"""Tries at passwords, counted in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitor', '0010_repository_paused_by'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInTries',
            fields=[
                ('digest', models.CharField(editable=False, help_text='Whose: a keyed hash.', max_length=64, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField()),
                ('since', models.DateTimeField(db_index=True, help_text='When the window began, or the pause.')),
                ('free_at', models.DateTimeField(help_text='Where tries are slowed: when the next one may come.')),
            ],
            options={
                'verbose_name_plural': 'sign-in tries',
            },
        ),
    ]
