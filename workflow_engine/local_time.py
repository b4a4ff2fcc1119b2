"""The one time zone papers and signatures are written in; everything stored is UTC."""

from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
