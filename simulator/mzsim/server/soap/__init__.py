"""The web service that vendors' software talks to, as far as it is publicly known: SOAP 1.1 and 1.2. Experimental."""
