-- A results database of schema 1, as that program's fake study left it when it was stopped: sqlite3 FILE .dump
PRAGMA application_id=1397640772;
PRAGMA user_version=1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE study (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  identity TEXT NOT NULL,            -- SHA-256 of everything but the budget: what may be resumed
  sweep_json TEXT NOT NULL,          -- parameters, objectives, constraints, sampler
  document_json TEXT NOT NULL,       -- the resolved arch.yaml
  budget INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  reference_json TEXT,               -- reference point, natural values in objective order
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
  finish_reason TEXT
) STRICT;
INSERT INTO study VALUES(1,'fake','f18b3b760860aadf884d1541464059cb068d729269df2c9616b4b9077ef3351a','{"constraints":["accuracy_percent >= 55","lanes * bits <= 100"],"objectives":[{"direction":"max","metric":"accuracy_percent"},{"direction":"min","metric":"energy_uj_per_inference"},{"direction":"min","metric":"latency_us"}],"parameters":[{"domain":{"kind":"list","values":[1,4,16]},"name":"lanes","path":"fake.lanes","when":null},{"domain":{"kind":"list","values":[16,64]},"name":"word_bits","path":"fake.word_bits","when":null},{"domain":{"kind":"list","values":[4,8]},"name":"bits","path":"fake.bits","when":null},{"domain":{"kind":"list","values":["mesh","torus"]},"name":"kind","path":"fake.kind","when":null}],"referencePoint":null,"sampler":{"budget":30,"name":"grid","options":{},"seed":1}}','{"fake":true}',30,'1',NULL,'stopped','stopped');
CREATE TABLE session (               -- one row a start of the program on this file
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  process INTEGER NOT NULL,
  workers INTEGER NOT NULL,
  provenance_json TEXT NOT NULL      -- version, commit, hashes, Node, CPU
) STRICT;
INSERT INTO session VALUES(1,'2026-11-25T04:19:01.050Z','2026-11-25T04:19:01.107Z',8066,1,'{"version":"1"}');
CREATE TABLE point (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- SHA-256 of configuration, workload, model, data and engine version
  values_json TEXT NOT NULL,         -- parameter name -> value
  config_json TEXT NOT NULL,         -- document path -> value
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'infeasible', 'failed', 'timeout')),
  attempts INTEGER NOT NULL DEFAULT 0,
  violation REAL,                    -- of the constraints, 0 = none; null = unknown
  code TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  duration_ms REAL
) STRICT;
INSERT INTO point VALUES(1,'444bf00f4d15bbae25576d3cc1da93e8283371de4c0c47576bfd76b879f48a9e','{"bits":4,"kind":"mesh","lanes":1,"word_bits":16}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":1,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.064Z','2026-11-25T04:19:01.081Z',1.0);
INSERT INTO point VALUES(2,'45184f8d332e3d3be2b8b1c6bd81a8cfb5f24e031ca28ffcb0ee38ef02bdd2e6','{"bits":4,"kind":"torus","lanes":16,"word_bits":16}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":16,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.064Z','2026-11-25T04:19:01.083Z',1.0);
INSERT INTO point VALUES(3,'8ca5f71b00213d652b8b6499ab6efb0df0f625d10f28c6e306cf95560f36dbe2','{"bits":8,"kind":"mesh","lanes":4,"word_bits":16}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":4,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.087Z',1.0);
INSERT INTO point VALUES(4,'1f589d79610696fd9549e5beeb468db8537f4e7a87bb26d923ebf0302adfe598','{"bits":8,"kind":"torus","lanes":1,"word_bits":16}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":1,"fake.word_bits":16}','infeasible',1,1000000000.0,'TOO_SMALL','torus needs 2 lanes, has 1','2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.088Z',1.0);
INSERT INTO point VALUES(5,'54e639a5e91a714e6d5d24b7bfecf03a2e169f52791d6ce5c73750e85e4ab6b6','{"bits":4,"kind":"mesh","lanes":16,"word_bits":64}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":16,"fake.word_bits":64}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.088Z',1.0);
INSERT INTO point VALUES(6,'27efc11e0c2e5203f96c32d222ad15a52a1ebe7e901f712da04aa120ed1ba649','{"bits":4,"kind":"torus","lanes":4,"word_bits":64}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":4,"fake.word_bits":64}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.092Z',1.0);
INSERT INTO point VALUES(7,'9f171f7f9e27ea919d3fb0bbefbc66ec46fa9aac367f70d74667cac56047d632','{"bits":8,"kind":"mesh","lanes":1,"word_bits":64}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":1,"fake.word_bits":64}','failed',1,NULL,'Broken','a formula may fail too','2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.092Z',1.0);
INSERT INTO point VALUES(8,'fcbd6070c547e0d0447262b2c1ee07c2a18650155d561dc4c466c2e814d0acc8','{"bits":8,"kind":"torus","lanes":16,"word_bits":64}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":16,"fake.word_bits":64}','infeasible',0,0.280000000000000026,'CONSTRAINT','breaks lanes * bits <= 100','2026-11-25T04:19:01.065Z','2026-11-25T04:19:01.065Z',0.0);
INSERT INTO point VALUES(9,'bb306f5d2182cb1fa33f090ca96215d0bf4dbcd92878941e62c94980b855f48c','{"bits":4,"kind":"mesh","lanes":16,"word_bits":16}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":16,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.066Z','2026-11-25T04:19:01.092Z',1.0);
INSERT INTO point VALUES(10,'b7a9bc9fd7463bef10a0caa7c537d3a33693dfe136fd37631a050112510a1e62','{"bits":4,"kind":"torus","lanes":4,"word_bits":16}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":4,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.066Z','2026-11-25T04:19:01.098Z',1.0);
INSERT INTO point VALUES(11,'583ec1ba34f24d3c68e7ee1529eb50ed190d1a38400248833de0e7b84e1af03b','{"bits":8,"kind":"mesh","lanes":1,"word_bits":16}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":1,"fake.word_bits":16}','done',1,0.0,NULL,NULL,'2026-11-25T04:19:01.066Z','2026-11-25T04:19:01.100Z',1.0);
INSERT INTO point VALUES(12,'972ed2c6e7cdfb4b77378351547df60d3cab9dd7c01b48e63c28a2de40f62c95','{"bits":8,"kind":"torus","lanes":16,"word_bits":16}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":16,"fake.word_bits":16}','infeasible',0,0.280000000000000026,'CONSTRAINT','breaks lanes * bits <= 100','2026-11-25T04:19:01.066Z','2026-11-25T04:19:01.066Z',0.0);
INSERT INTO point VALUES(13,'c3743d9efcb601f355b7d2da9a33571ba86b9821fa6f7caa763f4f7fa8c4142f','{"bits":4,"kind":"mesh","lanes":4,"word_bits":64}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":4,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.066Z',NULL,NULL);
INSERT INTO point VALUES(14,'e438dfeb6b843d35ac966960904a19c77f843d31e613942fb9e1331150b7fdd9','{"bits":4,"kind":"torus","lanes":1,"word_bits":64}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":1,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.066Z',NULL,NULL);
INSERT INTO point VALUES(15,'5cd7c13927dac272a4ba7e390d0e16386adbb2df7a4accf38185f351fe2685e1','{"bits":8,"kind":"mesh","lanes":16,"word_bits":64}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":16,"fake.word_bits":64}','infeasible',0,0.280000000000000026,'CONSTRAINT','breaks lanes * bits <= 100','2026-11-25T04:19:01.066Z','2026-11-25T04:19:01.066Z',0.0);
INSERT INTO point VALUES(16,'07af48676f543f66fc44f676f026cc512a06fc4173741d3378af1a3be8959a2a','{"bits":8,"kind":"torus","lanes":4,"word_bits":64}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":4,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(17,'25fd79f4c8c4a468caac5f12b47bdf429752c953a3994b7e842d64645dae1a21','{"bits":4,"kind":"mesh","lanes":4,"word_bits":16}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":4,"fake.word_bits":16}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(18,'d4deda97f58096be1ad57f000394229ed32be5a8e85e893781d6eea6b624899e','{"bits":4,"kind":"torus","lanes":1,"word_bits":16}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":1,"fake.word_bits":16}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(19,'2136e2e201f52fd09693aebb5e7a524485cf7328871d6f5e90cd93adb2d9c28f','{"bits":8,"kind":"mesh","lanes":16,"word_bits":16}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":16,"fake.word_bits":16}','infeasible',0,0.280000000000000026,'CONSTRAINT','breaks lanes * bits <= 100','2026-11-25T04:19:01.067Z','2026-11-25T04:19:01.067Z',0.0);
INSERT INTO point VALUES(20,'b49c608f127feb70a81d9326deaa0af22f3e44f93c3f52a2418270ef21338a4e','{"bits":8,"kind":"torus","lanes":4,"word_bits":16}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":4,"fake.word_bits":16}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(21,'39a4af8f7848131c18b9dc9777dcd65fd874e3678b456d1b83279ff1d84bdee9','{"bits":4,"kind":"mesh","lanes":1,"word_bits":64}','{"fake.bits":4,"fake.kind":"mesh","fake.lanes":1,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(22,'88bc3754454093e0535bead36d0231207dc6ecd4e326fe10968243d44d40032b','{"bits":4,"kind":"torus","lanes":16,"word_bits":64}','{"fake.bits":4,"fake.kind":"torus","fake.lanes":16,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.067Z',NULL,NULL);
INSERT INTO point VALUES(23,'3f789b82090e38ec86ef52b3fa563137b341656d3e5373e5c7efa228b4fc6525','{"bits":8,"kind":"mesh","lanes":4,"word_bits":64}','{"fake.bits":8,"fake.kind":"mesh","fake.lanes":4,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.079Z',NULL,NULL);
INSERT INTO point VALUES(24,'534ad4a1bb6e719ec3678740140f39ad11676558301f89d9b04abf91a2bcae75','{"bits":8,"kind":"torus","lanes":1,"word_bits":64}','{"fake.bits":8,"fake.kind":"torus","fake.lanes":1,"fake.word_bits":64}','queued',0,NULL,NULL,NULL,'2026-11-25T04:19:01.080Z',NULL,NULL);
CREATE TABLE result (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,              -- SHA-256 of the whole result: finds damage and differences
  seal TEXT NOT NULL,                -- short SHA-256 of key, violation and metrics
  accuracy_percent REAL,
  energy_uj_per_inference REAL,
  latency_us REAL,
  latency_cycles REAL,
  step_latency_us REAL,
  throughput_per_s REAL,
  area_mm2 REAL,
  power_mw REAL,
  edp_nj_s REAL,
  energy_std_uj REAL,
  latency_std_us REAL,
  synaptic_operations_per_inference REAL,
  multiplications_per_frame REAL,
  energy_pj_per_synaptic_operation REAL,
  core_utilisation_percent REAL,
  peak_link_utilisation_percent REAL
) STRICT;
INSERT INTO result VALUES(1,'576d98fd8913a0d2ce9ebeafdd6db98ae5d904e11e97cbb7fbbc3fdb753c492b','81acf35eb174e313',92.5,4.36000000000000032,102.0,NULL,NULL,NULL,0.0400000000000000008,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(2,'e8ad36c12a51bdb7b11f982f15d4e557b906d833991228cd6582a291aa6e55cd','ded5db57e1bc14be',92.5,7.36000000000000031,26.0,NULL,NULL,NULL,0.640000000000000013,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(3,'58adb04625f35caf71cb4618243d498045beb3b93a4ac67e5fa01891af5e0237','93515b0819e3a180',99.53125,9.75999999999999978,52.0,NULL,NULL,NULL,0.320000000000000006,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(5,'cf2ba9d8d6d7f711f2231792fb2a0d50cdd0c275d930d7ebb3117895d9492990','40fab43f4b3eb39f',92.5,7.83999999999999985,8.25,NULL,NULL,NULL,0.640000000000000013,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(6,'9cb7028d4209c6c9ad4f30dca22a946a85dbd4ec4bc4e6ddcc8f9c0c561fa6df','cd3e362655da4158',92.5,5.4399999999999995,26.0,NULL,NULL,NULL,0.160000000000000003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(9,'cc880b9b4b6ec8e2cbda6f471afbab25d7aad6cfd74f62f0e19034d140113928','a27d7929a2388314',92.5,7.36000000000000031,27.0,NULL,NULL,NULL,0.640000000000000013,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(10,'bef120ab4614c7ff1de39f973ec8d51152bcea455ae84e7cd8352c7ed7c50433','9341d97ca736fe8a',92.5,4.95999999999999996,26.0,NULL,NULL,NULL,0.160000000000000003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO result VALUES(11,'db984a8910e2408dea95eeeec765dd2e45f8d5f299eb17be74545490137eb5d5','83722968b908af0e',99.53125,8.56000000000000049,102.0,NULL,NULL,NULL,0.0800000000000000016,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE detail (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  result_deflate BLOB NOT NULL,      -- the whole result as JSON, raw deflate
  counters_deflate BLOB NOT NULL     -- counts of the timing run as JSON, raw deflate: what new prices are laid over
) STRICT;
INSERT INTO detail VALUES(1,X'8d92dd8a1b310c85df45d766994d770b9dfb42a19416ca5e85605c8f9238f11fb2bc6108f3ee453393ccec2e94de5942d2778eac2bfc2134e72e5d22b4db2b1842f3236ca08dd57b0536859c224686168cf720992ad1a3028c4887fed709da8d8203a59aa185ceb0c9868fa0a0a44a16a1857da250bd0105353afebab40d6a056c1e9edff2080b2fc049cfc29ce21b56a6fc0f52ba869d82804cce1668af60acad646caf33921dc95f36224546ea30296b9e4407a1aeecbc2b865d8a4bfd2cadcb3a9e74792b55e79314ead24793d9599d32d2d8ffaeae70a7ebddd79cac53b38b7b248ce2ece9e1d36705de3046db6bdb5b8f77e22d3b8efa9095cc63b35110aa6797bdb3a38c3212f66402de3a329ab3f62e9eff6537a70b920e975b5c18b35eb3e6f407df137065692ae423a57a38e6cad3bee6bf52b034de7e4b7e9613fd7c45dafb7429d0360a460762511cf74805daed4e6419c6df86eb7d46a3a032239968c7fa4141a6f48a5112829013fe66ca51ae191484d4a19fe3000ad805ec5e5613b6cd4e0193b1f81d7b68418ef63d61b54841c82dcd0265cfe37318fe02',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(2,X'8d92db8a1b310c86df45d76649d336a5735f2894d242e9550846f52889139f90e50d4398772f9e436676174aefac1f49df2f5977f8c384d736de0234fb3b20137ef75b6842714e81893ec54041a001740eaa526af44e0105e253f7f302cd56c1896349d0408b8209e50c0a722c6c081a3846f6c5212828c1ca97a5ac572be0e6e9e34b1e53960538fa5998633c636b97ff41d6aafea0c093b035199a3ba03185d1743a119b81fc795badd496da8fce761faa0f265dc43a9b516c0c4bfe64ad4d3a5c747e6955a74b4dd4b90b98c41a1d13f150ff2a2f4babcb63ae492c63b10d47620a75b24f4fef770a1c0a05d369d319470fe2ac0eaddea855d9ee14f8e2c42667cde0220f8023a3a7b920115eb5b3e1faaf6953bc116b7f9be32c94f41a35c96fc61e81ab89c64439732ca7732a32ae6bfa2a054be1fc59f56325f28f67e2a38bb70ccd46c130411eeed261479ca1d91faa2d14fa85521e3d360a8a08310633e4f70a12c7670a55a8887ac15f319feb3183021f5b7253ec4181584fedef5587fde6a040180d7da30e1aa837fb9ab05a6445d4539a0cd63d0fcfbeff0b',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(3,X'8d92dd8a1b310c85df45d7266467c996cc7da1504a0b65af4230aa47499cf80f59de3084bc7bf1cc2499dd85d23b4be8e83b9275813f4c78eae23940bbb90032e10fdf401b8a730a4cf429060a022da0735033a5464f0a2810effb5f47681b057b8e25410b1d0a26940328c8b1b021686117d91787a0a0042b5f1fb2ab9a01978bd57b1e53960770f4f3608ef10d5bbbfc0fb2aaae5b059e84adc9d05e008d298ca6d789d80ce4f57ab17a7e6a566a68abfde8eeb9a95e987411eb6c46b1313c3493bd2ee970d4f9bd5d9d8eb550e73e60126b744cc483fe435d964e97fb6c53b28c621b76c414ea74ebc59717050e8582e9b5e98da33bf1961d5a7dcad6ccaa51e08b139b9c35838b3c00768c9e6e824478d2ce86d3bfa64df14cacfdf91667a1a4e7a829fd69ec11389b682c9403c7b23fa422e3baa6ef52f010de3eac7eae44fef946bc73f19ca15d2a1826c8c36d3aec8933b49b6db58542bf51cabdc752411121c66086faab82c4f18d424d5444bde26f980ff5a041818f1db929f6a040aca7ee75d661b3dc2a104643dfa98716eadd7e24cc165911f594268375cfc3f37afd0b',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(5,X'8d92db8a1b310c86df45d726a46177bb9dfb42a19416965e8560548f9238f10959de308479f7e23964b2bb507a67fd48fa7ec9bac21f263cb7f112a0d95e0199f087df40138a730a4cf429060a020da073509552a34f0a28101fba5f2768360a0e1c4b82065a144c28475090636143d0c03eb22f0e41410956be2e65bdba03ae578f6f794c5916e0e867618ef18cad5dfe0759abfa9d024fc2d66468ae80c61446d3e9446c06f2974db5525b6a3f3a7b7aa83e987411eb6c46b1312cf993b536e970d2f9ad559d4e3551e72e60126b744cc443fdbbbc2cad2eb7b926b18cc536ec8929d4c93eaf9e1f1438140aa6d3a6338e6ec4591d5a7d50abf2bcda3c2af0c5894dce9ac1471e107b464f7349223c6b67c3f95ff3a67821d6fe32c75928e97bd8247f187c04decd3426ca9163391c53917161d36729580ae7efaa5f2b917fbe12ef5dbc6468d60a8609f270990e3be20ccd76576da1d00b4ab9f5582b2822c418cc90df2b481c5f2954a122ea0d7fc37cace70c0a7c6cc94db10705623db5bfef3a6cd73b05c268e83b75d040bddaf784bb4556443da6c960ddf3f0ecfbbf',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(6,X'8d92dd8adb400c85df45d7c3924d9b85f57da1504a0bcb5e8530a863259964fed0683698e0772f633bb177174a7d651d247d471a5de10f139edb7809d06caf804cf8d3afa109c5390526fa1403058106d039a84aa9d1a3020ac487eef7099ab58203c792a081160513ca1114e458d81034b08fec8b43505082956f7359af16c0d5c3e63d8f29cb0c1cfdcccc31be616b97ff41d6aa7ea7c093b035199a2ba03185d1743a119b81fcbcae566a4bed47678f4fd507932e629dcd283686397fb2d6261d4e3abfb7aad3a926eadc054c628d8e8978a8ff9097a5d5e53ed72496b1d8863d31853ad9e6e1eb97e7e5b751e05028984e9bce38baf36fead0f8935a95f593025f9cd8e4ac193ce501b767f4742b488467ed6c38ff6bf6142fc4da5f6e71164a7a899ae44f4b18818bf9c64439722c87632a322e6f7a380573e1ede9ea334be45f6fc47b172f199a958261823c5ca9c38e3843b3dd555b28f48252ee3d560a8a08310633e4f70a12c7370a55a8887acfdf311feb6983021f5b7253ec4181584fedeba2c376b553208c867e50070dd40bfe48582cb222ea614d06eb9e87dfbeff0b',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(9,X'8d92db8a1b310c86df45d76649d37697ce7da1b094164aaf4230aa47499cf8842c6f18c2bc7bf11c32b3bb507a67fd48fa7ec9bac11f26bcb4f11aa0d9dd0099f0bbdf42138a730a4cf429060a020da073509552a30f0a28101fbb9f6768b60a8e1c4b82065a144c28275090636143d0c021b22f0e41410956be2e65bd5a01370f9f5ff398b22cc0d1cfc21ce3195bbbfc0fb256f57b059e84adc9d0dc008d298ca6d389d80ce42fdb6aa5b6d47e74f6f8a9fa60d245acb319c5c6b0e44fd6daa4c359e7d756753ad7449dbb8049acd131110ff56ff2b2b4badce79ac43216db7020a650277b7af8f8a8c0a150309d369d717427ceead0ea9d5a95ed93025f9cd8e4ac195ce4017060f4341724c28b76365cfe356d8a5762edaf739c85925ea326f9ddd8237035d19828278ee5784a45c6754d5fa560299c3fab7eac44fef1427c70f19aa1d9281826c8c35d3aec883334bb7db58542bf50cabdc746411121c66086fc5e41e2f842a10a15512ff81be6533d6650e0634b6e8a3d2810eba9fdbdeab0dbec1508a3a167eaa0817ab36f09ab4556443da5c960ddf3f0ecfbbf',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(10,X'8d92db8a1b310c86df45d766c98636b0735f2894d242e9550846f52889139f90e50d4398772f9e436676174aefac1f49df2f5977f8c384d736de0234fb3b20137ef75b6842714e81893ec54041a001740eaa526af4ac8002f1a9fb798166abe0c4b12468a045c184720605391636040d1c23fbe210149460e5cb52d6ab1570f3f4f92d8f29cb021cfd2ccc319eb1b5cbff206b557f50e049d89a0ccd1dd098c2683a9d88cd407ed9562bb5a5f6a3b3e75df5c1a48b5867338a8d61c99facb549878bce6fadea74a9893a77019358a363221eeadfe565697579cc3589652cb6e1484ca14ef6e9e965a7c0a150309d369d71f420ceead0ea835a95ed4e812f4e6c72d60c2ef20038327a9a0b12e1553b1baeff9a36c51bb1f6b739ce4249af5193fc61ec11b89a684c9433c7723aa722e3baa6af52b014ce9f553f5622ff78253eba78cbd06c140c13e4e12e1d76c4199afda1da42a15f28e5d163a3a088106330437eaf20717ca550858aa817fc15f3b91e3328f0b12537c51e1488f5d4fe5e75d86f0e0a84d1d037eaa0817ab3ef09ab4556443da5c960ddf3f0ecfbbf',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
INSERT INTO detail VALUES(11,X'8d525d8b1b310cfc2f7a36619392e3ceef8542292d947b0ac1b85e2571e22f64f9c212f6bf17ef47367707a56fd6a0d1ccc8bac11f427d69e33580dcdd4013ea1f7e033214e70498e8530c18182468e7a022a5566b0118908eddaf33c88d8023c5924042ab5927cd27109063218320e110c917a741400996bf2eb45e3c0836abed7b3dc2cc8be0e867d11ceb59b64ef91fc9caeaf7023c32599341de401b53489b4e25243328bfbcacb65fd69bad18c62a3fba6b9eab174255d83a9b35db1816ce64af4d2a9c557e6f57a5736d54b90b3ab1352a26a481ffa12f73abca3ddb0496916cc30109434df7bcda3e09709a31984e99ce38bc2bcee830ea135a9175b311e08b639b9c35838d3c281c487b9c1909f545391b2eff8a9be21549f9eb5c67c6a41eb526f853ee51f021d2d8c8278ae5784a85c77d4dff256021ce3f567f9723fd7c433ab878cd201b0143821ab126ee9032c8ddbedad28cbf3597fb8c46406146d2c10cfdbd8044f10d4305aa443de36f3a9fea4583001f5b7453ed41005b8fedebc3845db317c0a40d7ec70e24d4c3fda8f0b0c82a516f693258f73c3cfbfe2f',X'4d8eb10ec2301043ffc5f30d6981a52b4bc7aa2bca104e8714356aa2cb7540887f47090c6ccf966df9057e72928a697084c34c34ecdc35a19a942f71d6e6dd061ae9e4099a0f136dced91352dcb7c6174f2859ad2ea26b4ff47209bc89554c8ef048f18fe6dcf61de11e54a3e8f5f7c5bd3f');
CREATE TABLE component (
  id INTEGER PRIMARY KEY,            -- from the SHA-256 of the other columns
  component TEXT NOT NULL,
  "group" TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;
INSERT INTO component VALUES(73917633059173,'rest','area','formula');
INSERT INTO component VALUES(219845172007027,'all','datapath','formula');
CREATE TABLE breakdown_row (
  point_id INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  component_id INTEGER NOT NULL REFERENCES component (id),
  count REAL,
  unit_energy_pj REAL,
  energy_pj REAL,
  area_mm2 REAL,
  PRIMARY KEY (point_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO breakdown_row VALUES(1,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(1,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(2,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(2,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(3,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(3,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(5,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(5,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(6,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(6,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(9,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(9,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(10,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(10,1,73917633059173,NULL,NULL,NULL,0.5);
INSERT INTO breakdown_row VALUES(11,0,219845172007027,1.0,2.0,2.0,NULL);
INSERT INTO breakdown_row VALUES(11,1,73917633059173,NULL,NULL,NULL,0.5);
CREATE TABLE front (point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE) STRICT;
INSERT INTO front VALUES(1);
INSERT INTO front VALUES(3);
INSERT INTO front VALUES(5);
INSERT INTO front VALUES(10);
INSERT INTO front VALUES(11);
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  detail_json TEXT NOT NULL
) STRICT;
CREATE VIEW breakdown AS
  SELECT b.point_id, b.position, c.component, c."group", b.count, b.unit_energy_pj, b.energy_pj, b.area_mm2, c.source
  FROM breakdown_row b JOIN component c ON c.id = b.component_id;
CREATE VIEW failures AS
  SELECT state, code, count(*) AS points, min(reason) AS example FROM point
  WHERE state IN ('infeasible', 'failed', 'timeout') GROUP BY state, code ORDER BY points DESC;
CREATE VIEW design_point AS SELECT p.id, p.state, p.id IN (SELECT point_id FROM front) AS on_front, json_extract(p.values_json, '$."lanes"') AS "lanes", json_extract(p.values_json, '$."word_bits"') AS "word_bits", json_extract(p.values_json, '$."bits"') AS "bits", json_extract(p.values_json, '$."kind"') AS "kind", p.violation, r.accuracy_percent, r.energy_uj_per_inference, r.latency_us, r.latency_cycles, r.step_latency_us, r.throughput_per_s, r.area_mm2, r.power_mw, r.edp_nj_s, r.energy_std_uj, r.latency_std_us, r.synaptic_operations_per_inference, r.multiplications_per_frame, r.energy_pj_per_synaptic_operation, r.core_utilisation_percent, r.peak_link_utilisation_percent
        FROM point p LEFT JOIN result r ON r.point_id = p.id;
CREATE INDEX point_state ON point (state);
COMMIT;
