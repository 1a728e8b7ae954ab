"""Mails that a mail server has put into a Maildir, in the order of their numbers (Message-ID), as JSON for jq."""
import email
import email.policy
import json
import mailbox
import sys


def shown(mail):
    text = mail.get_content()
    return {
        "from": mail["From"], "to": mail["To"], "subject": mail["Subject"], "id": mail["Message-ID"],
        "in_reply_to": mail["In-Reply-To"], "references": mail["References"], "date": mail["Date"],
        "auto": mail["Auto-Submitted"], "type": mail.get_content_type(), "text": text,
        "longest": max(len(line) for line in text.splitlines()), "parts": mail.is_multipart(),
    }


def number(mail):
    return int(mail["id"].split(".")[1].split("@")[0])


box = mailbox.Maildir(sys.argv[1], factory=lambda file: email.message_from_binary_file(file, policy=email.policy.default))
print(json.dumps(sorted((shown(mail) for mail in box), key=number)))
