BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0012');
CREATE TABLE berichten (
	id INTEGER NOT NULL, 
	agb VARCHAR(8) NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	factuurnummer VARCHAR NOT NULL, 
	soort VARCHAR(3) NOT NULL, 
	ontvangen DATE NOT NULL, 
	uitkomst VARCHAR(25) NOT NULL, volgorde INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_berichten PRIMARY KEY (id), 
	CONSTRAINT fk_berichten_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer)
);
CREATE TABLE codelijsten (
	lijst VARCHAR(6) NOT NULL, 
	code VARCHAR(4) NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	omschrijving VARCHAR NOT NULL, 
	CONSTRAINT pk_codelijsten PRIMARY KEY (lijst, code, ingang)
);
CREATE TABLE combinatieregels (
	nummer VARCHAR NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	soort VARCHAR(15) NOT NULL, 
	prestaties JSON NOT NULL, 
	tegenhanger JSON NOT NULL, 
	behalve JSON NOT NULL, 
	bereik VARCHAR(15), 
	plaats VARCHAR(10), 
	kaak VARCHAR(1), 
	maanden INTEGER, 
	dagen INTEGER, 
	aantal INTEGER, 
	zelfde_zorgaanbieder BOOLEAN NOT NULL, 
	bron VARCHAR NOT NULL, 
	tekst VARCHAR NOT NULL, 
	uitleg VARCHAR, 
	CONSTRAINT pk_combinatieregels PRIMARY KEY (nummer, ingang), 
	CONSTRAINT ck_combinatieregels_soort CHECK (soort = 'niet_met' or soort = 'alleen_met' or soort = 'alleen_na' or soort = 'niet_na' or soort = 'interval' or soort = 'maximum' or soort = 'niet_beoordeeld')
);
CREATE TABLE contracten (
	id INTEGER NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	agb VARCHAR(8) NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	modules JSON NOT NULL, 
	CONSTRAINT pk_contracten PRIMARY KEY (id), 
	CONSTRAINT fk_contracten_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer), 
	CONSTRAINT uq_contracten_uzovi_agb_ingang UNIQUE (uzovi, agb, ingang)
);
CREATE TABLE contracttarieven (
	contract_id INTEGER NOT NULL, 
	prestatiecode VARCHAR(6) NOT NULL, 
	tarief INTEGER NOT NULL, 
	CONSTRAINT pk_contracttarieven PRIMARY KEY (contract_id, prestatiecode), 
	CONSTRAINT ck_contracttarieven_tarief CHECK (tarief >= 0), 
	CONSTRAINT fk_contracttarieven_contract_id FOREIGN KEY(contract_id) REFERENCES contracten (id)
);
CREATE TABLE dekkingen (
	uzovi VARCHAR(4) NOT NULL, 
	pakket VARCHAR NOT NULL, 
	volgnummer INTEGER NOT NULL, 
	prestaties JSON NOT NULL, 
	soort_prestatierecord JSON, 
	leeftijd_vanaf INTEGER, 
	leeftijd_tot INTEGER, 
	bijzondere_tandheelkunde BOOLEAN, 
	percentage INTEGER NOT NULL, 
	over VARCHAR(15) NOT NULL, 
	maximum_bedrag INTEGER, 
	maximum_aantal INTEGER, 
	per VARCHAR(25), 
	machtiging BOOLEAN NOT NULL, 
	wachttijd_maanden INTEGER, id VARCHAR, eigen_bijdrage JSON, 
	CONSTRAINT pk_dekkingen PRIMARY KEY (uzovi, pakket, volgnummer), 
	CONSTRAINT ck_dekkingen_percentage CHECK (percentage between 0 and 100), 
	CONSTRAINT fk_dekkingen_uzovi_pakket FOREIGN KEY(uzovi, pakket) REFERENCES pakketten (uzovi, code)
);
CREATE TABLE facturen_bij_servicebureau (
	agb VARCHAR(8) NOT NULL, 
	factuurnummer VARCHAR NOT NULL, 
	ontvangen DATE NOT NULL, 
	CONSTRAINT pk_facturen_bij_servicebureau PRIMARY KEY (agb, factuurnummer)
);
CREATE TABLE factuurnummers (
	agb VARCHAR(8) NOT NULL, 
	factuurnummer VARCHAR NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	vecozo_sleutel VARCHAR, 
	bij_verzekeraar BOOLEAN NOT NULL, 
	ontvangen DATE NOT NULL, 
	uitkomst VARCHAR(25) NOT NULL, 
	CONSTRAINT pk_factuurnummers PRIMARY KEY (agb, factuurnummer, uzovi), 
	CONSTRAINT ck_factuurnummers_uitkomst CHECK (uitkomst = 'toegewezen' or uitkomst = 'afgewezen_verzekeraar' or uitkomst = 'afgewezen_vecozo' or uitkomst = 'doorgestuurd'), 
	CONSTRAINT fk_factuurnummers_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer), 
	CONSTRAINT uq_factuurnummers_vecozo_sleutel UNIQUE (vecozo_sleutel)
);
CREATE TABLE inzendingen (
	kenmerk VARCHAR(100) NOT NULL, 
	bericht_id INTEGER, 
	declaratie VARCHAR(64) NOT NULL, 
	antwoord JSON NOT NULL, 
	CONSTRAINT pk_inzendingen PRIMARY KEY (kenmerk), 
	CONSTRAINT fk_inzendingen_bericht_id FOREIGN KEY(bericht_id) REFERENCES berichten (id) ON DELETE CASCADE
);
CREATE TABLE inzendingstukken (
	kenmerk VARCHAR(100) NOT NULL, 
	soort VARCHAR(15) NOT NULL, 
	volgnummer INTEGER NOT NULL, 
	inhoud BLOB NOT NULL, 
	CONSTRAINT pk_inzendingstukken PRIMARY KEY (kenmerk, soort, volgnummer), 
	CONSTRAINT fk_inzendingstukken_kenmerk FOREIGN KEY(kenmerk) REFERENCES inzendingen (kenmerk) ON DELETE CASCADE
);
CREATE TABLE machtigingen (
	uzovi VARCHAR(4) NOT NULL, 
	nummer VARCHAR(15) NOT NULL, 
	bsn VARCHAR(9) NOT NULL, 
	agb VARCHAR(8) NOT NULL, 
	prestaties JSON NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	status VARCHAR(10) NOT NULL, aantal INTEGER, bedrag INTEGER, 
	CONSTRAINT pk_machtigingen PRIMARY KEY (uzovi, nummer), 
	CONSTRAINT ck_machtigingen_status CHECK (status = 'afgegeven' or status = 'vervallen' or status = 'afgewezen'), 
	CONSTRAINT fk_machtigingen_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer)
);
CREATE TABLE pakketten (
	uzovi VARCHAR(4) NOT NULL, 
	code VARCHAR NOT NULL, 
	soort VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_pakketten PRIMARY KEY (uzovi, code), 
	CONSTRAINT ck_pakketten_soort CHECK (soort = 'basis' or soort = 'aanvullend' or soort = 'wlz'), 
	CONSTRAINT fk_pakketten_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer)
);
CREATE TABLE polispakketten (
	polis_id INTEGER NOT NULL, 
	volgnummer INTEGER NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	pakket VARCHAR NOT NULL, 
	CONSTRAINT pk_polispakketten PRIMARY KEY (polis_id, volgnummer), 
	CONSTRAINT fk_polispakketten_polis_id FOREIGN KEY(polis_id) REFERENCES polissen (id), 
	CONSTRAINT fk_polispakketten_uzovi_pakket FOREIGN KEY(uzovi, pakket) REFERENCES pakketten (uzovi, code)
);
CREATE TABLE polissen (
	id INTEGER NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	persoon VARCHAR(16) NOT NULL, 
	bsn VARCHAR(9), 
	verzekerdennummer VARCHAR(15), 
	geboortedatum DATE NOT NULL, 
	naam VARCHAR NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	overleden DATE, 
	CONSTRAINT pk_polissen PRIMARY KEY (id), 
	CONSTRAINT ck_polissen_persoon CHECK (bsn is not null or verzekerdennummer is not null), 
	CONSTRAINT fk_polissen_uzovi FOREIGN KEY(uzovi) REFERENCES uzovi (nummer), 
	CONSTRAINT uq_polissen_uzovi_persoon_ingang UNIQUE (uzovi, persoon, ingang)
);
CREATE TABLE portaal (
	id INTEGER NOT NULL, 
	inzendingen INTEGER NOT NULL, 
	retouren INTEGER NOT NULL, 
	aantal INTEGER NOT NULL, 
	omvang BIGINT NOT NULL, 
	gedrag VARCHAR, 
	script VARCHAR(64), 
	CONSTRAINT pk_portaal PRIMARY KEY (id), 
	CONSTRAINT fk_portaal_script FOREIGN KEY(script) REFERENCES portaalscripts (sha256)
);
CREATE TABLE portaalinzendingen (
	id INTEGER NOT NULL, 
	bestandsnaam VARCHAR NOT NULL, 
	grootte INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	ontvangen BIGINT NOT NULL, 
	uzovi VARCHAR(4) NOT NULL, 
	factuurnummer VARCHAR NOT NULL, 
	referentie VARCHAR NOT NULL, 
	opdracht VARCHAR NOT NULL, 
	script VARCHAR(64), 
	lot VARCHAR NOT NULL, 
	pogingen INTEGER NOT NULL, 
	tijdlijn VARCHAR NOT NULL, 
	beantwoord BIGINT, 
	eindstatus VARCHAR(25), 
	einde BIGINT, 
	resultaat VARCHAR, 
	melding VARCHAR NOT NULL, 
	CONSTRAINT pk_portaalinzendingen PRIMARY KEY (id), 
	CONSTRAINT fk_portaalinzendingen_script FOREIGN KEY(script) REFERENCES portaalscripts (sha256)
);
CREATE TABLE portaalretouren (
	inzending_id INTEGER NOT NULL, 
	keer INTEGER NOT NULL, 
	vrij BIGINT NOT NULL, 
	grootte INTEGER NOT NULL, 
	id INTEGER, 
	gedownload BIGINT, 
	verborgen BIGINT, 
	CONSTRAINT pk_portaalretouren PRIMARY KEY (inzending_id, keer), 
	CONSTRAINT fk_portaalretouren_inzending_id FOREIGN KEY(inzending_id) REFERENCES portaalinzendingen (id) ON DELETE CASCADE, 
	CONSTRAINT uq_portaalretouren_id UNIQUE (id)
);
CREATE TABLE portaalscripts (
	sha256 VARCHAR(64) NOT NULL, 
	tekst VARCHAR NOT NULL, 
	CONSTRAINT pk_portaalscripts PRIMARY KEY (sha256)
);
CREATE TABLE portaalsleutels (
	sleutel VARCHAR(100) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	antwoord VARCHAR NOT NULL, 
	CONSTRAINT pk_portaalsleutels PRIMARY KEY (sleutel)
);
CREATE TABLE portaalstukken (
	inzending_id INTEGER NOT NULL, 
	soort VARCHAR(15) NOT NULL, 
	volgnummer INTEGER NOT NULL, 
	inhoud BLOB NOT NULL, 
	CONSTRAINT pk_portaalstukken PRIMARY KEY (inzending_id, soort, volgnummer), 
	CONSTRAINT fk_portaalstukken_inzending_id FOREIGN KEY(inzending_id) REFERENCES portaalinzendingen (id) ON DELETE CASCADE
);
CREATE TABLE prestatiecodes (
	code VARCHAR(6) NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	omschrijving VARCHAR NOT NULL, 
	bevoegd JSON NOT NULL, 
	techniekkosten BOOLEAN NOT NULL, 
	laboratoriumkosten BOOLEAN NOT NULL, 
	element BOOLEAN NOT NULL, 
	kaak BOOLEAN NOT NULL, 
	vlak BOOLEAN NOT NULL, 
	CONSTRAINT pk_prestatiecodes PRIMARY KEY (code, ingang)
);
CREATE TABLE prestaties (
	id INTEGER NOT NULL, 
	bericht_id INTEGER NOT NULL, 
	persoon VARCHAR(16) NOT NULL, 
	datum VARCHAR(8) NOT NULL, 
	soort VARCHAR(2) NOT NULL, 
	prestatiecode VARCHAR(6) NOT NULL, 
	gebitselement VARCHAR(2) NOT NULL, 
	vlak VARCHAR(6) NOT NULL, 
	kaak VARCHAR(1) NOT NULL, 
	behandelaar VARCHAR(8) NOT NULL, 
	referentienummer VARCHAR NOT NULL, 
	vorig_referentienummer VARCHAR NOT NULL, 
	aantal INTEGER NOT NULL, 
	berekend_bedrag INTEGER NOT NULL, 
	declaratiebedrag INTEGER NOT NULL, 
	toegekend_bedrag INTEGER NOT NULL, 
	uitkomst VARCHAR(10) NOT NULL, aandelen VARCHAR, beoordeeld BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_prestaties PRIMARY KEY (id), 
	CONSTRAINT ck_prestaties_uitkomst CHECK (uitkomst = 'toegewezen' or uitkomst = 'deels' or uitkomst = 'afgewezen'), 
	CONSTRAINT fk_prestaties_bericht_id FOREIGN KEY(bericht_id) REFERENCES berichten (id) ON DELETE CASCADE
);
CREATE TABLE retourcodes (
	code VARCHAR(4) NOT NULL, 
	betekenis VARCHAR NOT NULL, 
	soort VARCHAR(1) NOT NULL, 
	CONSTRAINT pk_retourcodes PRIMARY KEY (code), 
	CONSTRAINT ck_retourcodes_soort CHECK (soort = 'X' or soort = 'T' or soort = 'D' or soort = 'O')
);
CREATE TABLE stand (
	id INTEGER NOT NULL, 
	revisie INTEGER NOT NULL, geladen INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_stand PRIMARY KEY (id)
);
INSERT INTO "stand" VALUES(1,0,0);
CREATE TABLE tarieven (
	prestatiecode VARCHAR(6) NOT NULL, 
	ingang DATE NOT NULL, 
	einde DATE, 
	tarief INTEGER NOT NULL, tarief_bijzonder INTEGER, per_vijf_minuten BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_tarieven PRIMARY KEY (prestatiecode, ingang), 
	CONSTRAINT ck_tarieven_tarief CHECK (tarief >= 0)
);
CREATE TABLE uzovi (
	nummer VARCHAR(4) NOT NULL, 
	naam VARCHAR NOT NULL, 
	soort VARCHAR(15) NOT NULL, 
	edp BOOLEAN NOT NULL, 
	label_van VARCHAR(4), 
	beleid JSON NOT NULL, 
	CONSTRAINT pk_uzovi PRIMARY KEY (nummer), 
	CONSTRAINT ck_uzovi_soort CHECK (soort = 'zorgverzekeraar' or soort = 'zorgkantoor' or soort = 'dji'), 
	CONSTRAINT fk_uzovi_label_van FOREIGN KEY(label_van) REFERENCES uzovi (nummer)
);
CREATE TABLE wachtende_retouren (
	bericht_id INTEGER NOT NULL, 
	plaats BLOB NOT NULL, 
	deel BLOB NOT NULL, 
	vingerafdruk VARCHAR, 
	stond_er VARCHAR, 
	nam_nummer BOOLEAN NOT NULL, 
	computer VARCHAR NOT NULL, 
	CONSTRAINT pk_wachtende_retouren PRIMARY KEY (bericht_id), 
	CONSTRAINT fk_wachtende_retouren_bericht_id FOREIGN KEY(bericht_id) REFERENCES berichten (id) ON DELETE CASCADE
);
CREATE TABLE zorgaanbieders (
	agb VARCHAR(8) NOT NULL, 
	soort VARCHAR(15) NOT NULL, 
	naam VARCHAR NOT NULL, 
	werkt_in JSON NOT NULL, 
	CONSTRAINT pk_zorgaanbieders PRIMARY KEY (agb), 
	CONSTRAINT ck_zorgaanbieders_soort CHECK (soort = 'zorgverlener' or soort = 'praktijk' or soort = 'instelling' or soort = 'servicebureau')
);
CREATE INDEX ix_machtigingen_bsn ON machtigingen (bsn);
CREATE INDEX ix_prestaties_referentienummer ON prestaties (referentienummer);
CREATE INDEX ix_prestaties_persoon_datum_prestatiecode ON prestaties (persoon, datum, prestatiecode);
CREATE INDEX ix_polissen_verzekerdennummer ON polissen (verzekerdennummer);
CREATE INDEX ix_berichten_volgorde ON berichten (volgorde);
CREATE INDEX ix_prestaties_bericht_id ON prestaties (bericht_id);
CREATE INDEX ix_inzendingen_bericht_id ON inzendingen (bericht_id);
CREATE INDEX ix_portaalinzendingen_beantwoord ON portaalinzendingen (beantwoord);
CREATE INDEX ix_portaalinzendingen_eindstatus ON portaalinzendingen (eindstatus);
CREATE INDEX ix_portaalretouren_id_vrij ON portaalretouren (id, vrij);
COMMIT;
