# %% [markdown]
# # Sinirsel stil aktarımı
#
# Elinizde bir fotoğraf ve bir tablo var; fotoğrafı, o tablonun ressamının
# elinden çıkmış gibi görmek istiyorsunuz. Gatys, Ecker ve Bethge şunu gösterdi
# (ilk kez 2015'te; CVPR konferansında 2016'da): Bambaşka bir iş için, fotoğraflardaki nesneleri tanımak için
# eğitilmiş bir ağ, bunu yapmaya yetecek kadar şeyi zaten biliyor. Ağa yeni bir
# şey öğretilmez: **ağ yerinde durur, görüntü değişir**.
#
# Bu not defteri, *Derin Öğrenmeye Dalış* (*Dive into Deep Learning*) kitabının
# [Sinir Tarzı Transfer](https://tr.d2l.ai/chapter_computer-vision/neural-style.html)
# bölümünü `gluon_style` paketinin işlevleriyle adım adım izler. İşlevlerin
# adları kitaptakilerle aynıdır. Her işlevin kodu, işlevin tanıtıldığı yerde,
# doğrudan paketten alınarak bütünüyle gösterilir; yalnızca belge dizgisi
# (docstring) çıkarılmıştır. Onu okumak için bir hücreye işlevin adını ve bir
# soru işareti yazın: `gram?` gibi. "differs from the chapter" diye başlayan
# yorumlar, paketin kitaptan nerede ve neden ayrıldığını söyler.
#
# Yol haritamız:
#
# 1. bir içerik görüntüsü ve bir stil görüntüsü okumak;
# 2. ikisine de dondurulmuş bir VGG-19 ile bakmak ve bazı katmanların
#    çıktılarını, yani *öznitelikleri* (*features*; kitabın bu bölümünde
#    *özellik*) saklamak;
# 3. iyi bir görüntünün ne demek olduğunu üç kayıpla anlatmak;
# 4. bir görüntünün piksellerini parametre saymak ve kaybı Adam ile
#    düşürmek;
# 5. ortaya çıkan sonuca yakından bakmak.
#
# Birkaç yerde, bir sonraki hücrenin ne diyeceğini **tahmin etmenizi**
# isteyeceğiz. Hücreyi çalıştırmadan önce yanıtınızı bir yere yazın: Bir sonuç
# en çok, beklediğiniz gibi çıkmadığında öğretir.
#
# Sayıları ondalık virgülle yazıyoruz (0,9); yalnızca kodda ve olduğu gibi
# yazdırılan dizilerde Python'ın noktasını görürsünüz (0.9).
#
# In English: [../01_neural_style.ipynb](../01_neural_style.ipynb)
#
# Not defterinin ne kadar süreceğini aşağıdaki hücre belirler: bu hâliyle, iki
# çekirdekli bir bilgisayarda birkaç dakika. Kitap daha büyük bir görüntüyle ve
# daha çok adımla çalışır; onun değerleri yorumlardadır.

# %% tags=["parameters"]
image_shape = (300, 200)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 150  # adım sayısı; kitapta 500
lr_decay_epoch = 15  # öğrenme oranı kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçek ağırlıkları bulur; 'student' paketle gelir

# %% [markdown]
# `gluon_style`, `mxnet`'ten önce içe aktarılır; çünkü makineyi, artık bakımı
# yapılmayan bu kütüphaneye hazırlar. Ayrıca MXNet'i NumPy kurallarına geçirir:
# Aşağıdaki `np`, MXNet'in gradyan hesaplayabilen NumPy'ıdır.
#
# Bu not defterinin şekillerini ve çizelgelerini `gluon_style.lessons`
# içindeki işlevler çizer; burada yalnızca bölümün önünü kapatırlardı.

# %%
# %matplotlib inline
from gluon_style import (
    LossWeights,
    Settings,
    SynthesizedImage,
    compute_loss,
    content_loss,
    extract_features,
    find_image,
    get_contents,
    get_inits,
    get_styles,
    gram,
    layer_index,
    postprocess,
    preprocess,
    read_image,
    run,
    style_loss,
    train,
    try_gpu,
    tv_loss,
    vgg19_features,
)
from gluon_style.images import clip_to_range
from gluon_style.lessons import parts, whole_run
from gluon_style.lessons.measures import cosine, gradients
from gluon_style.lessons.source import shown
from gluon_style.lessons.wording import find_wording
from gluon_style.runs.score import scorer
from mxnet import autograd, np

wording = find_wording('turkish', 3)
number = wording.number
device = try_gpu()
print('aygıt:', device)

# %% [markdown]
# ## İki görüntü
#
# **İçerik görüntüsü** ne görüneceğini, **stil görüntüsü** nasıl boyanacağını
# söyler. İkisi de paketle birlikte gelir. `find_image` kendi dosyanızın yolunu
# da kabul eder; kitabın görüntülerini ise `book:rainier` ve `book:autumn-oak`
# adlarıyla tanır ve bir kez indirir.

# %%
content_img = read_image(find_image('sample:mountain-lake'))
style_img = read_image(find_image('sample:autumn-avenue'))
print('içerik:', content_img.shape, content_img.dtype)
print('stil:  ', style_img.shape, style_img.dtype)

# %% [markdown]
# Eksenlere dikkat edin: İki görüntünün boyutları farklı. Bunun zararı yok,
# çünkü ağa verilmeden önce ikisi de yeniden boyutlandırılır.

# %% alt="Piksel eksenleriyle iki görüntü: kırmızı kulübeli bir dağ gölünün fotoğrafı, 600 x 400 piksel; turuncu ve mavi fırça darbeleriyle sonbaharda ağaçlı bir yolun tablosu, 600 x 480 piksel."
parts.images_figure(content_img, style_img, wording)

# %% [markdown]
# ## Yöntem tek bir çizimde
#
# Yöntemi görmek için üç katman yeter. Çizimi düz oklar boyunca soldan sağa
# okuyun. Üç görüntü de *aynı* dondurulmuş ağdan geçer. Burada **stil kaybı**,
# 1. ve 3. katmanın sentezlenen görüntüden çıkardıklarını tablodan
# çıkardıklarıyla; **içerik kaybı**, 2. katmanın çıkardıklarını fotoğrafınkiyle
# karşılaştırır. **Toplam varyasyon kaybı** ise ağa hiç uğramaz, yalnızca
# piksellere bakar. Üçünün ağırlıklı toplamı tek bir sayıdır: toplam kayıp.
#
# Şimdi toplam kayıptan başlayıp noktalı okları geriye doğru izleyin. Üç
# kayıptan geçip yalnızca orta sıraya ulaşırlar: Tablo ile fotoğraf sabittir, ağ
# dondurulmuştur; gradyan da değişebilecek tek şeyde, sentezlenen görüntünün
# piksellerinde son bulur. Bu görüntü işe fotoğrafın bir kopyası olarak başlar.

# %% alt="Çizim: Üç görüntü sırası, dondurulmuş bir ağın üç katmanından geçiyor. Stil kaybı tablo ile sentezlenen görüntünün 1. ve 3. katmanlarını, içerik kaybı fotoğraf ile sentezlenen görüntünün 2. katmanını karşılaştırıyor; TV kaybı yalnızca piksellere bakıyor. Noktalı oklar gradyanı toplam kayıptan kayıplar ve orta sıra üzerinden piksellere götürüyor."
parts.method_figure(content_img, style_img, wording)

# %% [markdown]
# ## Ağa gidiş ve dönüş
#
# Bir görüntü dosyasında kırmızı, yeşil ve mavi için 0 ile 255 arasında $v$ tam
# sayıları bulunur. VGG-19 ise bunlarla eğitilmemiştir. Bu yüzden `preprocess`
# dört iş yapar: yeniden boyutlandırır, 255'e böler, her $k$ kanalını ImageNet
# görüntülerinin ortalaması $\mu_k$ ve standart sapması $\sigma_k$ ile
# **standartlaştırır**,
#
# $$x_k = \frac{v_k / 255 - \mu_k}{\sigma_k},$$
#
# ve kanalları öne alır.

# %%
shown(preprocess)

# %% [markdown]
# Boyutların sırasına dikkat edin: `image_shape` (genişlik, yükseklik)
# sırasındadır, dizi ise (1, 3, yükseklik, genişlik).

# %%
X = preprocess(content_img, image_shape)
print('image_shape', image_shape, '-> dizi', X.shape)
print(f'en küçük değer {number(X.min())}, en büyük {number(X.max())}')

# %% [markdown]
# **Elle hesap.** Kırmızı kanalda $\mu = 0{,}485$ ve $\sigma = 0{,}229$. Beyaz
# bir piksel $(1 - 0{,}485) / 0{,}229 \approx 2{,}25$ olur, siyah bir piksel
# $(0 - 0{,}485) / 0{,}229 \approx -2{,}12$.

# %%
for name, value in [('beyaz', 255), ('siyah', 0)]:
    pixel = np.full((1, 1, 3), value, dtype='uint8')
    print(name, preprocess(pixel, (1, 1)).reshape(3).asnumpy().round(2))

# %% [markdown]
# `postprocess` ters yönde gider: $\sigma_k$ ile çarpar ve $\mu_k$ ekler.
# Sonuç bakılmak içindir: 0 ile 1 arasındaki sayılardan oluşan (h, w, 3)
# biçimli bir dizi.

# %%
shown(postprocess)

# %% [markdown]
# Yeniden boyutlandırma yapmazsak, gidiş dönüş bize başladığımız görüntüyü
# vermelidir.

# %%
own_size = (content_img.shape[1], content_img.shape[0])
back = postprocess(preprocess(content_img, own_size)) * 255
error = np.abs(back - content_img.astype('float32')).max()
print('gidiş dönüş aynı görüntüyü veriyor:', bool(error < 0.5))

# %% [markdown]
# `postprocess`'in son adımı `clip`, yani kırpmaktır. Eniyileyicinin 0 ile 1
# arasındaki bu aralıktan haberi olmayacak; bu aralığın dışına taşırdığı her
# değer burada kesilir. Bunu aklınızda tutun: Bedelini bu not defterinin sonuna
# doğru ölçeceğiz.

# %%
print('fazla parlak, kırpılınca:', postprocess(np.full((1, 3, 1, 1), 9.0)))

# %% [markdown]
# ## Öznitelikler
#
# İki görüntüyü piksel piksel karşılaştırmak işe yaramaz: Fotoğraf ile onun
# tablo hâli tek tek her pikselde birbirinden ayrılır. İnsanın fark ettiğini
# fark eden bir ölçü gerek. Bin çeşit nesneyi tanıyan bir ağ, böyle bir ölçüyü
# katman katman kurmak zorunda kalmıştır.
#
# VGG-19'da beş evrişim bloku vardır; her blokun ardından gelen ortaklama
# katmanı kenarları yarıya indirir. `conv1_1`'in bir değeri 3 x 3 piksele
# bağlıdır ve olsa olsa renk ile kenar anlatabilir. `conv5_1`'in bir değeri ise
# 156 x 156 piksele bağlıdır ve pekâlâ bir ağacın tepesine karşılık gelebilir.
# Buna göre:
#
# * **İçerik** *tek ve derin* bir katmandan okunur: dördüncü blokun son evrişim
#   katmanı olan `conv4_4`. Bu katman dağın nerede olduğunu hâlâ bilir, ama her
#   pikselin tonunu artık bilmez; bu da ressamı özgür bırakır.
# * **Stil** *beş* katmandan, her blokun ilk evrişim katmanından okunur; çünkü
#   stilin her boyda parçası vardır: boya, fırça darbesi, motif.
#
# Katmanlar adla da numarayla da gösterilebilir; numaralar, kitaptaki gibi,
# Gluon'un `vgg19().features` numaralarıdır. Aşağıdaki çizelgede
# *uzun adım* (*stride*), bir katmanın komşu iki değerinin görüntüde kaç piksel
# arayla durduğudur.

# %%
content_layers = ['conv4_4']
style_layers = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']
print([layer_index(name) for name in content_layers + style_layers])

# %%
roles = {wording('content'): content_layers, wording('style'): style_layers}
print(parts.layer_table(roles, wording))

# %% [markdown]
# Bir şey söylemezsek paketin işlevleri de bu katmanları alır; o hâlde bir şey
# söylemeyeceğiz. `vgg19_features` ağırlıkları yükler ve ağı, gereken en derin
# katmanın ardından keser.

# %%
shown(vgg19_features)

# %% [markdown]
# `weights = None` ise `GLUON_STYLE_WEIGHTS` ortam değişkeninin gösterdiği
# dosya kullanılır; o yoksa Gluon'un model deposundaki ağırlıklar alınır,
# gerekirse bir kez indirilir (575 MB). Hiçbiri bulunamazsa hata iletisi bunu
# söyler. O zaman yukarıda `weights = 'student'` yazıp her şeyi yeniden
# çalıştırın: Paketle gelen bu küçük ağ VGG-19'u taklit eder.
#
# 37 katmandan 29'u kalır, büyük yoğun katmanlar gider. Kalan parametreler
# dondurulmuştur; onlar için gradyan hiç hesaplanmaz.

# %%
net = vgg19_features(weights, device=device)
used = net.weights_used
source = wording(used.source)
print(f'{len(net)} katman, ağırlık: {source} {used.digest[:19]}'.rstrip())
if used.source == 'random':
    print('Bu ağırlıklar rastgele: renk bekleyin, ama biçim beklemeyin')

# %% [markdown]
# `net(X)` bize yalnızca son çıktıyı verirdi. `extract_features` ise ağı katman
# katman geçer ve istediklerimizi saklar. (Adı `_` ile başlayan işlevler bir
# argümanı denetler, yanlışsa neyin yanlış olduğunu söyler.)

# %%
shown(extract_features)

# %% [markdown]
# Hedefler hiç değişmez; bu yüzden `get_contents` ve `get_styles` onları
# eğitimden önce bir kez hesaplar. Sentezlenen görüntünün öznitelikleri ise her
# adımda yeniden hesaplanır.

# %%
shown(get_contents, get_styles)

# %%
content_X, contents_Y = get_contents(content_img, net, image_shape, device)
style_X, styles_Y = get_styles(style_img, net, image_shape, device)
for name, Y in zip(content_layers + style_layers, contents_Y + styles_Y):
    print(f'{name}: {Y.shape}')

# %% [markdown]
# Biçimleri (1, kanal, yükseklik, genişlik) diye okuyun: Katman derinleştikçe
# kanallar çoğalır, konumlar azalır. Değerler evrişimin kendi çıktısıdır, ReLU
# daha uygulanmamıştır; bu yüzden eksi de olabilirler.
#
# Peki bir katman ne görür? Aşağıdaki şekilde her katmana bir satır düşer, en
# üstteki en sığ olanıdır. Renkli kareler katmanın nerelerde güçlü çıktı
# verdiğini gösterir: bütün kanallar üzerinden karesel ortalama. Gri kareler
# üç tek kanaldır; fotoğraf için de tablo için de aynı üç kanal. Her biri
# ötekilerin göstermediği bir şeyi göstersin diye seçildiler.

# %% alt="Fotoğrafın ve tablonun öznitelik haritaları, conv1_1'den conv5_1'e her katman için bir satır: renkli olarak bütün kanalların karesel ortalaması, gri olarak üç tek kanal. Ayrıntılar satır satır silinir; conv5_1'de yalnızca kaba bloklar kalır."
pictures = {wording('photo'): content_X, wording('painting'): style_X}
parts.features_figure(pictures, net, wording)

# %% [markdown]
# `conv1_1` hâlâ resim verir: Bir kanalı ışığı, biri kenarları, biri gökyüzüyle
# geri kalanı ayırır. `conv2_1` ve `conv3_1`'de artık konu çizgilerdir.
# `conv4_1`'den sonra köknarı ve kulübeyi ancak yerlerini bildiğiniz için
# bulursunuz. `conv5_1`'de ise topu topu 18 x 12 konum kalmıştır: solda bir şey
# var, sağ altta bir şey var. (Son satırların parlak çerçevesi görüntüden
# gelmez; evrişimin görüntünün çevresine eklediği sıfırlardan gelir.)
#
# Renkli kareleri de karşılaştırın. Fotoğrafta birkaç yer öne çıkar; tablo ise
# baştan sona hareketlidir. Bu, fırçanın izidir; stil kaybı da işte bunu
# isteyecek.

# %% [markdown]
# ## İçerik kaybı
#
# Sentezlenen görüntünün öznitelikleri $\hat{\mathbf{Y}}$, içerik görüntüsünün
# öznitelikleri $\mathbf{Y}$ olsun; ikisinin de $c$ kanalı, $h$ yüksekliği ve
# $w$ genişliği var. İçerik kaybı, farkların karelerinin ortalamasıdır:
#
# $$\mathcal{L}_\text{içerik} = \frac{1}{chw} \sum_{k,i,j}
# \left(\hat{y}_{kij} - y_{kij}\right)^2 .$$
#
# Bu kayıp konumları birebir karşılaştırır: Dağ, olduğu yerde kalmalıdır.

# %%
shown(content_loss)

# %% [markdown]
# **Elle hesap.** 1, 2, 3, 4 ile dört sıfır karşılaştırılınca
# $(1 + 4 + 9 + 16) / 4 = 7{,}5$ çıkar.

# %%
loss = content_loss(np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2)))
print(number(loss))

# %% [markdown]
# Gerçek özniteliklerle: fotoğraf önce kendisiyle, sonra tabloyla.

# %%
Y_painting, _ = extract_features(style_X, net)
same = content_loss(contents_Y[0], contents_Y[0])
other = content_loss(Y_painting[0], contents_Y[0])
print(f'fotoğraf ile kendisi: {number(same)}')
print(f'fotoğraf ile tablo:   {number(other)}')

# %% [markdown]
# ## Stil kaybı
#
# Stil söz konusu olunca konumlar ayak bağıdır: Tablodaki hiçbir fırça
# darbesinin bizim görüntümüzde belli bir noktaya düşmesi gerekmez. Önemli
# olan, hangi özniteliklerin *birlikte görüldüğüdür*: Turuncunun olduğu yerde
# kısa ve eğik darbeler de var mı?
#
# Bir katmanın özniteliklerini $c$ satırlı ve $hw$ sütunlu bir $\mathbf{X}$
# matrisi olarak yazalım; $\mathbf{x}_k$ satırı $k$ kanalı olsun. **Gram
# matrisi**, kanalların ikişer ikişer iç çarpımlarından oluşur. Büyük katmanlar
# daha ağır basmasın diye, onu özniteliklerin sayısına, yani $chw$'ye böleriz:
#
# $$\mathbf{G} = \frac{1}{chw} \mathbf{X} \mathbf{X}^\top, \qquad
# g_{kl} = \frac{\mathbf{x}_k \cdot \mathbf{x}_l}{chw} .$$
#
# Tüm konumlar üzerinden toplamak, konumları unutmak demektir. Bir katmanın
# stil kaybı, sentezlenen görüntü ile tablonun Gram matrisleri arasındaki
# farkın karesinin ortalamasıdır:
#
# $$\mathcal{L}_\text{stil} = \frac{1}{c^2} \sum_{k,l}
# \left(\hat{g}_{kl} - g_{kl}\right)^2 .$$

# %%
shown(gram, style_loss)

# %% [markdown]
# **Elle hesap.** Tüm öznitelikler 1 ise her iç çarpım $hw$ olur; bunu $chw$'ye
# bölünce $1/c$ kalır: iki kanal için 0,5. Sıfırlarla karşılaştırılınca her öğe
# 0,5 kadar farklıdır ve stil kaybı $0{,}5^2 = 0{,}25$ olur.

# %%
print(gram(np.ones((1, 2, 3, 5))))
print(number(style_loss(np.ones((1, 2, 3, 5)), np.zeros((2, 2)))))

# %% [markdown]
# Hiçbir konumda birlikte etkin olmayan iki kanalın iç çarpımı 0'dır:
# $\mathbf{x}_1 = (1, 0)$ ve $\mathbf{x}_2 = (0, 2)$ için köşegende $1/4$ ile
# $4/4$, köşegen dışında 0 bulunur.

# %%
print(gram(np.array([1.0, 0, 0, 2]).reshape(1, 2, 1, 2)))

# %% [markdown]
# Paket bu çarpımı, gradyanın hesabını ucuzlatan dolambaçlı bir yoldan bulur.
# Formülün verdiği matrisin aynısını mı veriyor?

# %%
Y = styles_Y[0]
c, h, w = Y.shape[1:]
rows = Y.reshape(c, h * w)
by_formula = np.dot(rows, rows.T) / (c * h * w)
print('aynı:', bool(np.abs(gram(Y) - by_formula).max() < 1e-5))

# %% [markdown]
# ### Gram matrisinin unuttuğu: konumlar
#
# Tablonun `conv1_1`'deki özniteliklerinin yerlerini karıştıralım; bütün
# kanalları aynı biçimde, sanki bir mozaiği söküp taşlarını bir torbaya atmışız
# gibi.
#
# *Tahmin edin: Önceki ve sonraki öznitelikler arasındaki içerik kaybı bunu
# fark eder mi? Ya stil kaybı?* Yanıtınız: ______

# %%
mixed = parts.shuffled(Y)
print(f'içerik kaybı: {number(content_loss(mixed, Y))}')
print(f'stil kaybı:   {wording.fixed(style_loss(mixed, gram(Y)), 3)}')

# %% [markdown]
# İçerik kaybı konumları birebir karşılaştırdığı için fark eder. Gram matrisi
# ise bütün konumlar üzerinden bir toplamdır; sıranın önemi yoktur.
#
# Şimdi öznitelikleri değil, **tablonun piksellerini** karıştıralım ve bu
# görüntüyü ağdan geçirelim.

# %% alt="Ağaçlı yol tablosu ve yanında aynı görüntünün pikselleri rastgele sıraya konmuş hâli: ince, renkli bir kumlanma."
mixed_X = parts.shuffled(style_X)
parts.pictures_figure(
    {wording('painting'): style_X, wording('its pixels shuffled'): mixed_X}
)

# %% [markdown]
# *Tahmin edin: Karıştırılmış görüntü, beş stil katmanının hangisinde tablonun
# Gram matrisini taşır? Hiçbirinde mi, ilkinde mi, hepsinde mi?*
# Yanıtınız: ______
#
# Çizelge, tabloya göre stil kayıplarını veriyor. Bunlar küçük sayılar olduğu
# için 1000 ile çarpıldı; bu, kitabın stil ağırlığıdır. Karşılaştırmak için
# fotoğraf da çizelgede.

# %%
losses = {
    wording('its pixels shuffled'): parts.style_losses(mixed_X, styles_Y, net),
    wording('photo'): parts.style_losses(content_X, styles_Y, net),
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# Hiçbirinde. `conv1_1`'in her değeri 3 x 3 komşu pikseli harmanlar; komşular
# ise artık başkadır. Gram matrisini yalnızca piksellere tek tek bakan bir
# katman, yani 1 x 1'lik bir evrişim korurdu; bir de renklerin kendisi korur:

# %%
colours = style_loss(mixed_X, gram(style_X))
print(f'üç renk kanalının stil kaybı: {wording.fixed(colours, 3)}')

# %% [markdown]
# Demek ki Gram matrisi özniteliklerin nerede olduğunu unutur, ama her öznitelik
# kendi çevresini hatırlar: `conv1_1`'de 3 x 3, `conv5_1`'de 156 x 156 piksel.
# Görüntünün bütünü kaybolurken fırça darbelerinin kalması bundandır.
#
# ### Gram matrisinin görmediği: işaretler
#
# Matrisin her öğesi, iki kanalın özniteliklerinin konum konum çarpılıp
# toplanmasıyla bulunur; köşegende bunlar karelerdir. *Tahmin edin:*
# $\mathbf{Y}$*'nin Gram matrisi* $\mathbf{G}$ *ise* $-\mathbf{Y}$*'ninki
# nedir?* Yanıtınız: ______

# %%
print('gram(Y) = gram(-Y):', bool((gram(Y) == gram(-Y)).all()))

# %% [markdown]
# Aynıdır: $(-a)(-b) = ab$. Bunun için bütün kanalların işareti birden
# değişmelidir; tek bir kanal değişirse, ötekilerle çarpımlarının işareti de
# değişir.
#
# Bir görüntü için bu ne demek? Ek girdisi (*bias*)
# olmayan bir evrişim, $-\mathbf{X}$'i kendi çıktısının eksilisine götürür;
# `conv1_1`'in ek girdileri de küçüktür. O hâlde tablonun negatifini,
# standartlaştırılmış piksellerinin eksilisini alalım: turuncunun yerine mavi,
# aydınlığın yerine karanlık.

# %% alt="Turuncu ve mor renkli ağaçlı yol tablosu ve yanında negatifi: yapraklar turkuaz ve mavi, gövdeler soluk, yol karanlık."
parts.pictures_figure(
    {wording('painting'): style_X, wording('its negative'): -style_X}
)

# %% [markdown]
# *Tahmin edin: Beş katmandan hangisi negatifi tablo sanır?* Yanıtınız: ______

# %%
losses = {
    wording('its negative'): parts.style_losses(-style_X, styles_Y, net),
    wording('photo'): parts.style_losses(content_X, styles_Y, net),
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# `conv1_1` neredeyse hiç fark görmez: Ona göre turkuaz ile turuncu aynı
# stildir. (Geriye kalan küçük fark ek girdilerden gelir.) `conv2_1`'de ise
# negatif, tabloya fotoğraftan bile uzaktır. İki katmanın arasında ReLU vardır
# ve ReLU işaretlere eşit davranmaz: Artı öznitelikleri geçirir, eksileri
# durdurur. Negatif, daha derin üç katman için de tablo değildir, ama tabloya
# fotoğraftan yakındır: Renkleri tutmasa da tablonun fırçasını taşır.
#
# *Tahmin edin: Gram matrislerini* `conv1_1`*'in ReLU'sundan sonra alırsak,
# negatif tabloya hâlâ fotoğraftan daha mı yakındır?* Yanıtınız: ______

# %%
losses = {
    name: parts.style_losses(X, styles_Y, net, after_relu=True)
    for name, X in [
        (wording('its negative'), -style_X),
        (wording('photo'), content_X),
    ]
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# Hayır, şimdi daha uzaktır. ReLU'dan önceki `conv1_1`'den tek başına istenen
# bir stilin, Gram matrisi tuttuğu hâlde, ters renklerle gelebilmesi bundandır;
# buna [alıştırmalarda](03_alistirmalar.ipynb) yine rastlayacaksınız. Beş
# katman birlikte kullanılınca `conv2_1` turuncuyu turkuazdan ayırır. Bir
# kütüphanenin öznitelikleri ReLU'dan önce mi sonra mı verdiği de bu yüzden
# önemlidir: [02_iki_sekme](02_iki_sekme.ipynb), bölümün, ReLU'dan sonrakileri
# hiç belli etmeden kullanan bir biçimini ortaya çıkarır.

# %% [markdown]
# ## Toplam varyasyon kaybı
#
# Bu iki kayıp gürültüye yer bırakır: fazla parlak ya da fazla koyu tek tek
# pikseller. Bu yüzden komşuların birbirine benzemesini de isteriz. Toplam
# varyasyon, aşağıya doğru mutlak farkların ortalamasının yarısı ile sağa doğru
# mutlak farkların ortalamasının yarısının toplamıdır; $\langle \cdot \rangle$,
# bütün kanallardaki tüm komşu çiftleri üzerinden alınan ortalamayı gösterir:
#
# $$\mathcal{L}_\text{TV} = \frac{1}{2} \Bigl(
# \bigl\langle \left| x_{i+1,j} - x_{i,j} \right| \bigr\rangle +
# \bigl\langle \left| x_{i,j+1} - x_{i,j} \right| \bigr\rangle \Bigr) .$$

# %%
shown(tv_loss)

# %% [markdown]
# **Elle hesap.** Sıfırlardan ve birlerden oluşan bir dama tahtasında her fark
# 1'dir; kayıp $(1 + 1) / 2 = 1$ olur. Düz bir görüntüde 0'dır. Her satırda 1
# artan bir rampada yalnızca aşağıya doğru fark vardır: $(1 + 0) / 2 = 0{,}5$.

# %%
patterns = {
    'dama tahtası': [[0, 1, 0], [1, 0, 1], [0, 1, 0]],
    'düz': [[3, 3, 3], [3, 3, 3], [3, 3, 3]],
    'rampa': [[0, 0, 0], [1, 1, 1], [2, 2, 2]],
}
for name, rows in patterns.items():
    print(f'{name}:', number(tv_loss(np.array(rows).reshape(1, 1, 3, 3))))

# %% [markdown]
# ## Kaybın tamamı
#
# En aza indirdiğimiz şey ağırlıklı bir toplamdır. Ağırlıklar
# hiperparametredir: Fotoğrafı korumak, tabloyu taklit etmek ve pürüzsüz olmak
# arasındaki çekişmeyi onlar karara bağlar. Kitabın değerleriyle:
#
# $$\mathcal{L} = 1 \cdot \mathcal{L}_\text{içerik}
# + 10 \cdot 1000 \sum_{m=1}^{5} \mathcal{L}_\text{stil}^{(m)}
# + 10 \cdot \mathcal{L}_\text{TV} .$$

# %%
shown(LossWeights, compute_loss)

# %% [markdown]
# 1000'in önündeki o 10 da nereden çıktı? Kitap toplamı
# `sum(10 * styles_l + contents_l + [tv_l])` diye alır; `styles_l` ise bir
# Python **listesidir**.
#
# *Tahmin edin:* `10 * [1, 2]` *nedir?* Yanıtınız: ______

# %%
print(10 * [1, 2])
print(sum(10 * [1, 2]), '= 10 *', sum([1, 2]))

# %% [markdown]
# Bir sayı ile bir listenin çarpımı, listeyi *yineler*. Yani her stil kaybı
# toplama on kez girer, ama bir kez bildirilir ve bir kez çizilir: **gördüğünüz
# stil kaybı, en aza indirilenin onda biridir**. `compute_loss` da aynısını
# yapar ve bu sayıya bir ad verir: `LossWeights.style_repeats`. Bunu, henüz hiç
# içerik kaybı olmayan fotoğrafın kendisi üzerinde sınayalım.

# %%
styles_Y_gram = [gram(Y) for Y in styles_Y]
features = extract_features(content_X, net)
contents_l, styles_l, tv_l, l = compute_loss(
    content_X, *features, contents_Y, styles_Y_gram
)
content, style, tv = float(sum(contents_l)), float(sum(styles_l)), float(tv_l)
print(f'içerik {number(content)}, stil {number(style)}, TV {number(tv)}')
print(f'en aza indirilen:         {number(l)}')
print(f'içerik + stil + TV:       {number(content + style + tv)}')
print(f'içerik + 10 stil + TV:    {number(content + 10 * style + tv)}')

# %% [markdown]
# Stil ağırlığı on bine çıkarılıp yineleme kaldırılırsa toplam aynı çıkar.

# %%
once = LossWeights(style=1e4, style_repeats=1)
*_, l = compute_loss(content_X, *features, contents_Y, styles_Y_gram, once)
print(f'stil ağırlığı 1e4, 1 kez: {number(l)}')

# %% [markdown]
# ## Sentezlenen görüntü
#
# Kitabın öteki bölümlerinde parametreler ağındır, görüntü ise girdidir. Burada
# parametre görüntünün *kendisidir*. `SynthesizedImage` girdisi olmayan bir
# bloktur; tek parametresi görüntünün biçimindedir ve çağrıldığında pikselleri
# döndürür.

# %%
shown(SynthesizedImage)

# %%
gen_img = SynthesizedImage(content_X.shape)
print('parametre:', gen_img.weight.shape)
print('öğrenilecek sayılar:', content_X.size)

# %% [markdown]
# `get_inits` bu görüntüyü içerik görüntüsünün bir kopyası olarak başlatır,
# tablonun Gram matrislerini hesaplar ve eniyileyiciyi kurar: öğrenme oranı 0,9
# olan Adam. Bir ağ için bu çok büyük bir orandır.

# %%
shown(get_inits)

# %% [markdown]
# Gelin, bir adımı kendimiz atalım. Gradyan, dondurulmuş ağın içinden geriye
# doğru piksellere kadar yayılır.
#
# *Tahmin edin: Kimi pikseller kayıp için pek önemsizdir, kimileri çok
# önemlidir. İlk adımda bir piksel ortalama ne kadar değişir, en çok değişen ne
# kadar değişir?* Yanıtınız: ______

# %%
X, styles_Y_gram, trainer = get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    features = extract_features(X, net)
    *_, l = compute_loss(X, *features, contents_Y, styles_Y_gram)
l.backward()
trainer.step(1)
moved = np.abs(X - content_X)
print('gradyan:', X.grad.shape)
print(f'bir piksel ortalama {number(moved.mean())} değişti', end=', ')
print(f'en çok {number(moved.max())}')

# %% [markdown]
# Piksellerin neredeyse hepsi öğrenme oranı kadar değişti, hiçbiri daha fazla
# değişmedi: Adam gradyanı kendi büyüklüğüne böler; bu yüzden ilk adımda
# gradyanın neredeyse yalnızca işareti önemlidir. (Gradyanı Adam'ın
# $\epsilon$'una yakın olacak kadar küçük bir piksel daha az değişir.)
# `preprocess`'in birimiyle 0,9, yaklaşık $0{,}9 \cdot 0{,}225 \approx 0{,}2$
# eder; siyahtan beyaza giden yolun beşte biri. Bu yüzden ilk adımlar görüntüyü
# savurur: Stil kaybı hemen düşer, içerik kaybı ile toplam varyasyon ise fırlar
# ve ancak yavaş yavaş iner. Öğrenme oranı her `lr_decay_epoch` adımda bir 0,8
# ile çarpılır, böylece görüntü durulur.

# %% [markdown]
# ## Eğitim
#
# `train`, bu adımı yineleyen döngüdür: öznitelikler, kayıp, gradyan, adım.
# Kitaptaki `train` hesaplarken çizer; buradaki ise verdiğimiz bir işleve,
# `callback`'e haber verir.

# %%
shown(train)

# %% [markdown]
# Bizim `callback`'imiz her dönemin kayıplarını ve bazı dönemlerin görüntüsünü
# saklar; on dönemde bir de kitabın `Animator`'ına gösterir, o da siz beklerken
# eğrileri ve görüntüyü yeniden çizer. 20'nin üzerindeki kayıplar, kitaptaki
# gibi, grafiğin dışında kalır.

# %% alt="Solda içerik, stil ve TV kaybının dönemlere göre eğrileri: önce dik iniyor, 80. dönemden sonra düzleşiyor; sağda son dönemin görüntüsü."
animator = whole_run.animator(num_epochs, wording)
epochs = whole_run.watched_epochs(num_epochs)
history = whole_run.History(content_X, epochs, animator)

output = train(
    content_X,
    contents_Y,
    styles_Y,
    net,
    device,
    0.9,
    num_epochs,
    lr_decay_epoch,
    history,
    every=1,
)

# %% [markdown]
# İlk ve en çok düşen stil kaybıdır. İçerik kaybı, ilk adımlarda savrulduğu
# yükseklikten başlar, stil kaybını izleyerek iner, ama 0'a dönmez: Başka
# renklerle ve başka darbelerle boyanmış bir görüntünün öznitelikleri
# fotoğrafınkilerle tümüyle aynı olamaz. Üç kayıp bir uzlaşmaya varır.

# %% alt="Solda küçük olarak fotoğraf ve tablo; sağda büyük olarak sonuç: kulübeli dağ gölü, turuncu ve mavi fırça darbeleriyle."
whole_run.result_figure(content_img, style_img, output, wording)

# %% [markdown]
# Bu da görüntünün yolculuğu; altta, kulübenin çevresi büyütüldü. Tablonun
# renkleri için on büyük adım yeter, ama renkler gürültü olarak gelir:
# Fotoğraf, tek tek parlak piksellerden oluşan bir kumlanmanın ardındadır.
# Öğrenme oranı düştükçe bu kumlanma giderek fırça darbelerine dönüşür. 100.
# ile 150. dönem arasındaki farkı görmek içinse çok dikkatli bakmak gerekir.

# %% alt="Görüntünün 0., 10., 50., 100. ve 150. dönemdeki hâli, her birinin altında kulübenin olduğu bölüm büyütülmüş: önce fotoğrafın kendisi, sonra renkli kumlanma, sonra 100. dönemden itibaren pek değişmeyen lekeler ve darbeler."
whole_run.stages_figure(history, wording)

# %% [markdown]
# ## Eniyileyici neyle uğraştı?
#
# Toplam kayıp her adımda yedi terimin toplamıdır: içerik, beş stil katmanı,
# toplam varyasyon. Eniyileyicinin en büyük terimle uğraştığını söylemek
# akla yakındır. Ama o kayıpları görmez, kayıpların **gradyanlarını** görür;
# büyük bir kaybın gradyanı küçük olabilir.
#
# *Tahmin edin: Bitmiş görüntüde kaybın en büyük terimi hangisidir? Pikselleri
# en güçlü çeken hangisidir? Toplam varyasyonun payı kayıpta ne kadar, gradyanda
# ne kadardır?* Yanıtınız: ______
#
# Solda her terimin kayıptaki payı var; stil kayıpları, en aza indirildikleri
# gibi, on kez sayıldı. Sağda her terimin gradyanının uzunluğunun, bütün bu
# uzunlukların toplamındaki payı var.

# %% alt="Atılan adım sayısına göre (0 ile 150) iki yığılmış alan grafiği. Kayıp: conv1_1 onda dokuza yakın başlıyor ve 50. adıma kadar yok oluyor; o sırada yarıdan fazlası içerikte, beşte biri conv5_1'de, yedide biri TV'de. Gradyanlar: içerik ve conv5_1 sonunda beşte ikişerden fazla, TV yüzde iki."
whole_run.shares_figure(history, net, contents_Y, styles_Y_gram, wording)

# %% [markdown]
# Başlangıçta, yani fotoğrafta, `conv1_1`'in payı kayıpta onda dokuza,
# gradyanlarda beşte üçe yakındır. En çok kazanılacak yer orasıdır; bu pay 50
# adımda yok olur.
#
# Bundan sonra iki şekil ayrı şeyler anlatır. Bitmiş görüntünün kaybının
# yarıdan fazlası içeriktir, yedide biri toplam varyasyondur. Görüntüyü yerinde
# tutan gradyanlar ise içeriğin ve `conv5_1`'in gradyanlarıdır; her birinin
# payı beşte ikiden fazladır. Toplam varyasyonun kayıptaki payı küçük değildir,
# gradyanlardaki payı ise yalnızca yüzde ikidir: Her piksel, komşularıyla
# arasındaki farkların yalnızca işaretlerini hisseder.
#
# Uzunluk, yön hakkında bir şey söylemez. *Tahmin edin: Bitmiş görüntüde en uzun
# iki gradyanın arasındaki açının kosinüsü kaçtır?* Yanıtınız: ______

# %%
pulls = gradients(output, net, contents_Y, styles_Y_gram)
longest = pulls['content conv4_4'], pulls['style conv5_1']
print('aradaki açının kosinüsü:', number(cosine(*longest)))
for pull in (*longest, sum(pulls.values())):
    print('uzunluk:', number((pull**2).sum() ** 0.5))

# %% [markdown]
# Yönleri neredeyse tam zıttır. Son uzunluk bütün gradyanınkidir, yani yedisinin
# toplamınınki: Ötekilerin her birinin aşağı yukarı onda biri kadardır, çünkü o
# ikisi birbirini neredeyse götürür. **Görüntüyü zıt yönlere çekerler**
# ve dengelendikleri yerde görüntü durulur.

# %% [markdown]
# ## Kırpmanın bedeli
#
# Gördüğünüz görüntü, eniyilenen görüntünün tam olarak kendisi değildir:
# `postprocess` kırpar. Hiçbir dosya siyahtan koyu ya da beyazdan parlak bir
# piksel tutamaz; ama bunu Adam'a kimse söylemedi.
#
# *Tahmin edin: Piksellerin ne kadarı aralık dışındadır? Görebildiğiniz
# görüntünün kaybı ne kadar daha büyüktür?* Yanıtınız: ______

# %% alt="Sonucun üç hâli: bütün değerleri aralığa sıkıştırılmış, soluk ve kontrastsız; gri üzerinde, aralık dışındaki pikselleri turuncuyla işaretlenmiş, bunlar parlak gökyüzünün çoğu ve kulübe; ve kırpılmış."
whole_run.clipping_figure(output, wording)

# %% [markdown]
# Soldaki görüntü bütün değerleri taşır; gösterebilmek için, üstünde yazan
# aralıktan ekranın aralığına sıkıştırmak gerekti. Ortada, en az bir kanalı
# aralık dışında olan pikseller var: gökyüzünün en parlak yerleri, kulübe,
# köknarların koyuluğu. Sağda bunlar kırpıldı.
#
# `scorer`, herhangi bir görüntünün kayıplarını bu iki görüntü, bu ağ ve kitabın
# ağırlıkları ile hesaplar.

# %%
images = content_img, style_img
width, height = image_shape
score = scorer(images, Settings(), net, image_shape)
scores = {
    'eniyilenen': score(output),
    wording('clipped'): score(clip_to_range(output)),
}
print(whole_run.score_table(scores, wording))

# %% [markdown]
# Aşağı yukarı her sekiz pikselden biri aralık dışındadır ve kırpmak, yapılan
# işin önemli bir bölümünü bozar: Toplam kayıp beşte iki kadar, stil kaybı
# dörtte üç ya da daha çok artar. Yukarıdaki eğriler, kimsenin göremeyeceği bir görüntünün eğrileridir.
#
# Çaresi, her adımda aralıkta kalmaktır. `train` bunu Adam ile de yapabilir
# (kodundaki `in_range`'e bakın). Biz burada **L-BFGS**'yi alıyoruz; o, adımını
# bir öğrenme oranıyla değil, kaybın biçimine göre seçer. Ona 40 adım veriyoruz.
# Komut satırında bunun adı `--preset quick`'tir; burada ayarları, paketin
# komutlarının arkasındaki işleve, `run`'a veriyoruz.

# %%
settings = Settings(
    width, height, epochs=40, optimizer='l-bfgs', in_range=True
)
in_range = run(content_img, style_img, settings, net=net)
scores[wording('kept in range')] = score(in_range)
print(whole_run.score_table(scores, wording))

# %% [markdown]
# Hiçbir pikseli aralık dışında değildir; gördüğünüz, eniyilenenin ta
# kendisidir. Kaybı, Adam'ın bildirdiğinden büyüktür; ama o, görülebilen bir
# görüntünün kaybı değildi. Kırpılmış görüntününkinden ise çok küçüktür.

# %% alt="Kırpılmış sonuç ve yanında aralıkta tutulan: onda kulübenin pencereleri seçiliyor, gökyüzünde daha çok sarı tonu var, kumlanma daha ince."
whole_run.visible_figure(output, in_range, wording)

# %% [markdown]
# Kulübeye bakın; bir de gökyüzünün parlak yerine, kırpılmış görüntünün
# tonlarını yitirdiği yere.

# %% [markdown]
# ## Gram matrisleri, önce ve sonra
#
# Görüntüye hangi darbeyi nereye koyacağını kimse söylemedi. Tablo hakkında ona
# söylenen tek şey beş Gram matrisidir; öyleyse onlara bakalım. Isı haritasının
# her hücresi bir kanal çiftidir. Kırmızı: İkisi birlikte etkin olma
# eğilimindedir. Mavi: Birinin artı olduğu yerde öteki eksidir. Kanallar
# tablodaki etkinliklerine göre sıralandı ve en güçlü 48 tanesi gösterildi;
# birkaç çift ötekileri çok aştığı için renkler logaritmiktir. Altta
# katmanların stil kayıpları yazıyor, kitabın stil ağırlığı olan **1000 ile
# çarpılmış** olarak.

# %% alt="Beş stil katmanının Gram matrislerinin ısı haritaları, üç sırada. Fotoğrafınkiler tablonunkilerden soluk ve başka desenli; sonucunkiler tablonunkilere benziyor. Altta stil kayıpları: conv1_1'de fotoğraf için 38,8, sonuç için 0,002; conv5_1'de 2,1 ve 0,37."
pictures = {wording('photo'): content_X, wording('result'): output}
whole_run.gram_figure(pictures, styles_Y, net, wording)

# %% [markdown]
# Fotoğrafın matrisleri tablonunkilerden soluktur, çünkü fotoğraf daha
# durgundur. Birlikte etkin olan kanallar da başkadır. Sonucun matrisleri ise
# satır satır tablonunkilere benzer; oysa biri bir göl, öteki bir ağaçlı
# yoldur. Stil kaybının görebildiği yalnızca budur ve görebildiği kadarıyla
# amaca ulaşılmıştır.
#
# En iyi sonuç `conv1_1`'dedir, yani renklerde: Stil kaybının çoğu başlangıçta
# oradaydı, gradyan da en dik oradaydı. `conv5_1`'de ise kaybın önemli bir
# bölümü durur; onu da gidermek için görüntünün, içerik kaybının savunduğu
# biçimlerden vazgeçmesi gerekirdi. Gradyanların gösterdiği çekişme budur.

# %% [markdown]
# ## Özet
#
# * Dondurulmuş bir ağ ölçer, pikseller parametredir. İşin özü budur.
# * **İçerik kaybı**, derin bir katmanın özniteliklerini konum konum
#   karşılaştırır. **Stil kaybı** Gram matrislerini karşılaştırır; bunlar neyin
#   birlikte görüldüğünü bilir, nerede görüldüğünü unutmuştur. ReLU'dan önce
#   işaretleri de görmezler. **Toplam varyasyon kaybı** gürültüyü bastırır.
# * Üçünün ağırlıkları hiperparametredir. Toplama gerçekte neyin girdiğine
#   bakın: Bildirilen stil kaybı, en aza indirilenin onda biridir.
# * Eniyileyici kayıpları değil, gradyanları izler: Sonunda içerik ile
#   `conv5_1` görüntüyü zıt yönlere çeker.
# * Gördüğünüz, kırpılmış olandır. Görebildiğiniz görüntüyü ölçün ya da onu
#   baştan aralıkta tutun.
#
# ## Tam boyut
#
# Kitaptaki deneyin kendisi, yani Rainier Dağı fotoğrafı ve sonbahar meşeleri
# tablosuyla, kitabın boyutunda ve 500 dönemle yapılanı, tek bir komuttur.
# Komut görüntüyü, yanına da kayıpların grafiğini yazar:
#
# ```
# gluon-style transfer book:rainier book:autumn-oak -o rainier.png --epochs 500
# ```
#
# ## Bundan sonrası
#
# * [02_iki_sekme](02_iki_sekme.ipynb): Kitap bu bölümü hem MXNet hem PyTorch
#   için, aynı formüllerle sunar; ama ikisi başka başka görüntüler çizer.
#   Neden?
# * [03_alistirmalar](03_alistirmalar.ipynb): bölümün başka katmanlar, başka
#   ağırlıklar ve başka görüntüler üzerine alıştırmaları, her biri çalışan bir
#   başlangıçla; yanıtları [03_cozumler](03_cozumler.ipynb) not defterinde.
# * [04_metin_tarzi_transferi](04_metin_tarzi_transferi.ipynb): son alıştırma.
#   Bir metin için içerik ve stil ne olurdu?
