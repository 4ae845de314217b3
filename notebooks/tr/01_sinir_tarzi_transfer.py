# %% [markdown]
# # Sinirsel stil aktarımı
#
# Elinizde bir fotoğraf ve bir tablo var; fotoğrafı, o tablonun ressamının
# elinden çıkmış gibi görmek istiyorsunuz. Gatys, Ecker ve Bethge 2016'da şunu
# gösterdi: Bambaşka bir iş için, fotoğraflardaki nesneleri tanımak için
# eğitilmiş bir ağ, bunu yapmaya yetecek kadar şeyi zaten biliyor. Ağa yeni bir
# şey öğretilmez: **ağ yerinde durur, görüntü değişir**.
#
# Bu not defteri, *Derin Öğrenmeye Dalış* (*Dive into Deep Learning*) kitabının
# [Sinir Tarzı Transfer](https://tr.d2l.ai/chapter_computer-vision/neural-style.html)
# bölümünü `gluon_style` paketinin işlevleriyle adım adım izler. İşlevlerin
# adları kitaptakilerle aynıdır ve çoğu birkaç satırdır. Birini okumak için bir
# hücreye adını ve iki soru işareti yazın: `gram??` gibi.
#
# Yol haritamız:
#
# 1. bir içerik görüntüsü ve bir stil görüntüsü okumak;
# 2. ikisine de dondurulmuş bir VGG-19 ile bakmak ve bazı katmanların
#    çıktılarını, yani *öznitelikleri* saklamak;
# 3. iyi bir görüntünün ne demek olduğunu üç kayıpla anlatmak;
# 4. bir görüntünün piksellerini parametre saymak ve kaybı Adam ile
#    düşürmek.
#
# In English: [../01_neural_style.ipynb](../01_neural_style.ipynb)
#
# Not defterinin ne kadar süreceğini aşağıdaki hücre belirler. Bu hâliyle iki
# çekirdekli bir bilgisayarda yaklaşık iki dakika sürer. Kitap daha büyük bir
# görüntüyle ve daha çok adımla çalışır; onun değerleri yorumlardadır.

# %% tags=["parameters"]
image_shape = (300, 200)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 150  # adım sayısı; kitapta 500
lr_decay_epoch = 15  # öğrenme oranı kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçek ağırlıkları bulur; 'student' pakette gelir

# %% [markdown]
# `gluon_style`, `mxnet`'ten önce içe aktarılır; çünkü makineyi, artık bakımı
# yapılmayan bu kütüphaneye hazırlar. Ayrıca MXNet'i NumPy kurallarına geçirir:
# Aşağıdaki `np`, MXNet'in gradyan hesaplayabilen NumPy'ıdır. Bildiğimiz
# NumPy'ı kastettiğimizde `numpy` yazıyoruz.

# %%
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy

from gluon_style import (
    VGG19_LAYERS,
    Animator,
    LossWeights,
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
    style_loss,
    train,
    try_gpu,
    tv_loss,
    vgg19_features,
)
from gluon_style.drawing.charts import shares
from gluon_style.drawing.panels import (
    feature_sheet,
    gram_heatmaps,
    strip,
    triptych,
)
from gluon_style.drawing.schematic import schematic
from mxnet import autograd, np

device = try_gpu()
print('aygıt:', device)

# %% [markdown]
# ## İki görüntü
#
# **İçerik görüntüsü** ne görüneceğini, **stil görüntüsü** nasıl boyanacağını
# söyler. İkisi de paketle birlikte gelir. `find_image` kendi dosyanızın yolunu
# da kabul eder; kitabın görüntülerini ise `book:rainier` ve `book:autumn-oak`
# adlarıyla tanır ve bir kez indirir.
#
# Eksenlere dikkat edin: İki görüntünün boyutları farklı. Bunun zararı yok,
# çünkü ağa verilmeden önce ikisi de yeniden boyutlandırılır.


# %%
def show(titles, pictures, axis='off'):
    """(h, w, 3) biçimli görüntüleri yan yana göster."""
    size = 3.3 * len(pictures), 2.6
    _, axes = plt.subplots(1, len(pictures), figsize=size, layout='tight')
    for ax, title, picture in zip(axes, titles, pictures):
        ax.imshow(picture.asnumpy())
        ax.set_title(title)
        ax.axis(axis)


content_img = read_image(find_image('sample:mountain-lake'))
style_img = read_image(find_image('sample:autumn-avenue'))
print('içerik:', content_img.shape, content_img.dtype)
print('stil:  ', style_img.shape, style_img.dtype)
show(['içerik', 'stil'], [content_img, style_img], axis='on')

# %% [markdown]
# ## Yöntem tek bir çizimde
#
# Yöntemi görmek için üç katman yeter. Çizimi düz oklar boyunca soldan sağa
# okuyun. Üç görüntü de *aynı* dondurulmuş ağdan geçer. Burada **stil kaybı**,
# 1. ve 3. katmanın sentezlenen görüntüden çıkardıklarını tablodan
# çıkardıklarıyla; **içerik kaybı**, 2. katmanın çıkardıklarını fotoğrafınkiyle
# karşılaştırır; **toplam varyasyon kaybı** ise yalnızca piksellere bakar.
# Üçünün ağırlıklı toplamı tek bir sayıdır.
#
# Şimdi noktalı okları geriye doğru izleyin. Yalnızca orta sıradan geçerler:
# Tablo ile fotoğraf sabittir, ağ dondurulmuştur; gradyan da değişebilecek tek
# şeyde, sentezlenen görüntünün piksellerinde son bulur. Bu görüntü işe
# fotoğrafın bir kopyası olarak başlar.

# %%
photo, painting = content_img.asnumpy() / 255, style_img.asnumpy() / 255
schematic(
    {'style': painting, 'picture': photo, 'content': photo},
    {
        'style': 'stil görüntüsü',
        'picture': 'sentezlenen görüntü',
        'content': 'içerik görüntüsü',
        'network': 'VGG-19, dondurulmuş',
        'layer': 'katman',
        'style loss': 'stil kaybı',
        'content loss': 'içerik kaybı',
        'tv loss': 'TV kaybı',
        'total': 'toplam\nkayıp',
        'forward': 'ileri yayılım',
        'backward': 'geri yayılım: gradyan, piksellere kadar',
    },
)

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
# ve kanalları öne alır. Kenarların sırasına dikkat: `image_shape` (genişlik,
# yükseklik) sırasındadır, dizi ise (1, 3, yükseklik, genişlik).

# %%
X = preprocess(content_img, image_shape)
print('image_shape', image_shape, '-> dizi', X.shape)
print(f'en küçük değer {float(X.min()):.3g}, en büyük {float(X.max()):.3g}')

# %% [markdown]
# **Elle hesap.** Kırmızı kanalda $\mu = 0.485$ ve $\sigma = 0.229$. Beyaz bir
# piksel $(1 - 0.485) / 0.229 \approx 2.25$ olur, siyah bir piksel
# $(0 - 0.485) / 0.229 \approx -2.12$.

# %%
for name, value in [('beyaz', 255), ('siyah', 0)]:
    pixel = np.full((1, 1, 3), value, dtype='uint8')
    print(name, preprocess(pixel, (1, 1)).reshape(3).asnumpy().round(2))

# %% [markdown]
# `postprocess` ters yönde gider: $\sigma_k$ ile çarpar ve $\mu_k$ ekler.
# Sonuç bakılmak içindir: 0 ile 1 arasındaki sayılardan oluşan (h, w, 3)
# biçimli bir dizi. Eniyileyicinin bu aralıktan haberi yoktur ve arada bir
# dışına çıkar; bu yüzden dışarıda kalan her değer kırpılır.
#
# Yeniden boyutlandırma yapmazsak, gidiş dönüş bize başladığımız görüntüyü
# vermelidir.

# %%
own_size = (content_img.shape[1], content_img.shape[0])
back = postprocess(preprocess(content_img, own_size)) * 255
error = np.abs(back - content_img.astype('float32')).max()
print('gidiş dönüş aynı görüntüyü veriyor:', bool(error < 0.5))
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
#   stilin her boyda parçası vardır: boya, fırça darbesi, kompozisyon.
#
# Katmanlar adla da numarayla da gösterilebilir; numaralar, kitaptaki gibi,
# Gluon'un `vgg19().features` numaralarıdır.

# %%
content_layers = ['conv4_4']
style_layers = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']
indices = [layer_index(name) for name in content_layers + style_layers]
print('numaralar:', indices)
print('   no  ad         kanal    adım')
for layer in VGG19_LAYERS:
    if layer.is_convolution:
        role = 'içerik' if layer.name in content_layers else ''
        role = 'stil' if layer.name in style_layers else role
        print(
            f'{layer.index:5}  {layer.name}  {layer.channels:8}'
            f'  {layer.stride:6}  {role}'.rstrip()
        )

# %% [markdown]
# Bir şey söylemezsek paketin işlevleri de bu katmanları alır; o hâlde bir şey
# söylemeyeceğiz. `vgg19_features` ağırlıkları yükler ve ağı, gereken en derin
# katmanın, `conv5_1`'in ardından keser: 37 katmandan 29'u kalır, büyük tam
# bağlı katmanlar gider. Kalan parametreler dondurulmuştur, onlar için gradyan
# hiç hesaplanmaz.
#
# `weights = None` ise `GLUON_STYLE_WEIGHTS` ortam değişkeninin gösterdiği
# dosya kullanılır; o yoksa Gluon'un model deposundaki ağırlıklar alınır,
# gerekirse bir kez indirilir (575 MB). Hiçbiri bulunamazsa hata iletisi bunu
# söyler. O zaman yukarıda `weights = 'student'` yazıp her şeyi yeniden
# çalıştırın: Paketle gelen bu küçük ağ VGG-19'u taklit eder.

# %%
net = vgg19_features(weights, device=device)
used = net.weights_used
print(f'{len(net)} katman, ağırlık: {used.source} {used.digest[:19]}'.rstrip())
if used.source == 'random':
    print('Bu ağırlıklar rastgele: renk bekleyin, ama biçim beklemeyin')

# %% [markdown]
# `net(X)` bize yalnızca son çıktıyı verirdi. `extract_features` ise ağı katman
# katman geçer ve istediklerimizi saklar. Hedefler hiç değişmez; bu yüzden
# `get_contents` ve `get_styles` onları eğitimden önce bir kez hesaplar.
# Sentezlenen görüntünün öznitelikleri ise her adımda yeniden hesaplanır.

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


# %%
def by_layer(X):
    """X'in özniteliklerini katman katman, (c, h, w) olarak döndür."""
    contents, styles = extract_features(X, net)
    found = dict(zip(content_layers + style_layers, contents + styles))
    return {name: found[name][0].asnumpy() for name in sorted(found)}


feature_sheet(
    {'fotoğraf': by_layer(content_X), 'tablo': by_layer(style_X)},
    energy='hepsi',
    channel='kanal',
)

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
#
# **Elle hesap.** 1, 2, 3, 4 ile dört sıfır karşılaştırılınca
# $(1 + 4 + 9 + 16) / 4 = 7.5$ çıkar.

# %%
print(float(content_loss(np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2)))))

Y_painting, _ = extract_features(style_X, net)
same = content_loss(contents_Y[0], contents_Y[0])
other = content_loss(Y_painting[0], contents_Y[0])
print(f'fotoğraf ile kendisi: {float(same):.3g}')
print(f'fotoğraf ile tablo:   {float(other):.3g}')

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
# daha ağır basmasın diye, onu özniteliklerin sayısına böleriz:
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
#
# **Elle hesap.** Tüm öznitelikler 1 ise her iç çarpım $hw$ olur, bölmeden
# geriye $1/c$ kalır: iki kanal için 0.5. Hiçbir konumda birlikte etkin olmayan
# iki kanalın iç çarpımı 0'dır: $\mathbf{x}_1 = (1, 0)$ ve
# $\mathbf{x}_2 = (0, 2)$ için köşegende $1/4$ ile $4/4$, köşegen dışında 0
# bulunur.

# %%
print(gram(np.ones((1, 2, 3, 5))))
print(gram(np.array([1.0, 0, 0, 2]).reshape(1, 2, 1, 2)))
# ilk matris ile sıfırlar: her eleman 0.5 kadar farklı
print(float(style_loss(np.ones((1, 2, 3, 5)), np.zeros((2, 2)))))

# %% [markdown]
# Gram matrisi konumlara gerçekten aldırmıyor mu? Tablonun özniteliklerinin
# yerlerini karıştıralım; bütün kanalları aynı biçimde, sanki bir mozaiği söküp
# taşlarını bir torbaya atmışız gibi. İçerik kaybı bunu fark eder, stil kaybı
# etmez.

# %%
Y = styles_Y[0]
c, h, w = Y.shape[1:]
places = numpy.random.RandomState(0).permutation(h * w)
shuffled = Y.asnumpy().reshape(c, h * w)[:, places].reshape(1, c, h, w)
shuffled = np.array(shuffled, ctx=device)
print(f'içerik kaybı: {float(content_loss(shuffled, Y)):.3f}')
print(f'stil kaybı:   {float(style_loss(shuffled, gram(Y))):.3f}')

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
#
# **Elle hesap.** Sıfırlardan ve birlerden oluşan bir dama tahtasında her fark
# 1'dir; kayıp $(1 + 1) / 2 = 1$ olur. Düz bir görüntüde 0'dır. Her satırda 1
# artan bir rampada yalnızca aşağıya doğru fark vardır: $(1 + 0) / 2 = 0.5$.

# %%
patterns = {
    'dama tahtası': [[0, 1, 0], [1, 0, 1], [0, 1, 0]],
    'düz': [[3, 3, 3], [3, 3, 3], [3, 3, 3]],
    'rampa': [[0, 0, 0], [1, 1, 1], [2, 2, 2]],
}
for name, rows in patterns.items():
    print(f'{name}:', float(tv_loss(np.array(rows).reshape(1, 1, 3, 3))))

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
#
# 1000'in önündeki o 10 da nereden çıktı? Stil ağırlığı 1000'dir ve kitap
# toplamı `sum(10 * styles_l + contents_l + [tv_l])` diye alır. Gözden kaçması
# kolaydır: Buradaki `styles_l` bir Python **listesidir**; bir sayı ile bir
# listenin çarpımı, listeyi *yineler*.

# %%
print(10 * [1, 2])
print(sum(10 * [1, 2]), '= 10 *', sum([1, 2]))

# %% [markdown]
# Yani her stil kaybı toplama on kez girer, ama bir kez bildirilir ve bir kez
# çizilir: **gördüğünüz stil kaybı, en aza indirilenin onda biridir**.
# `compute_loss` da aynısını yapar ve bu sayıya bir ad verir:
# `LossWeights.style_repeats`. Bunu, henüz hiç içerik kaybı olmayan fotoğrafın
# kendisi üzerinde sınayalım. Stil ağırlığı on bin olup yineleme yapılmazsa
# toplam aynı çıkar.

# %%
styles_Y_gram = [gram(Y) for Y in styles_Y]
features = extract_features(content_X, net)
contents_l, styles_l, tv_l, l = compute_loss(
    content_X, *features, contents_Y, styles_Y_gram
)
content, style, tv = float(sum(contents_l)), float(sum(styles_l)), float(tv_l)
print(f'içerik {content:.3g}, stil {style:.3g}, TV {tv:.3g}')
print(f'en aza indirilen:         {float(l):.3g}')
print(f'içerik + stil + TV:       {content + style + tv:.3g}')
print(f'içerik + 10 stil + TV:    {content + 10 * style + tv:.3g}')

once = LossWeights(style=1e4, style_repeats=1)
*_, l = compute_loss(content_X, *features, contents_Y, styles_Y_gram, once)
print(f'stil ağırlığı 1e4, 1 kez: {float(l):.3g}')

# %% [markdown]
# ## Sentezlenen görüntü
#
# Kitabın öteki bölümlerinde parametreler ağındır, görüntü ise girdidir. Burada
# parametre görüntünün *kendisidir*. `SynthesizedImage` girdisi olmayan bir
# bloktur; tek parametresi görüntünün biçimindedir ve çağrıldığında pikselleri
# döndürür.

# %%
gen_img = SynthesizedImage(content_X.shape)
print('parametre:', gen_img.weight.shape)
print('öğrenilecek sayılar:', content_X.size)

# %% [markdown]
# `get_inits` bu görüntüyü içerik görüntüsünün bir kopyası olarak başlatır,
# tablonun Gram matrislerini hesaplar ve eniyileyiciyi kurar: öğrenme oranı 0.9
# olan Adam. Bir ağ için bu çok büyük bir orandır. Gelin, bir adımı kendimiz
# atalım ve piksellerin ne kadar ilerlediğine bakalım. Gradyan, dondurulmuş
# ağın içinden geriye doğru piksellere kadar yayılır.

# %%
X, styles_Y_gram, trainer = get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    features = extract_features(X, net)
    *_, l = compute_loss(X, *features, contents_Y, styles_Y_gram)
l.backward()
trainer.step(1)
moved = np.abs(X - content_X)
print('gradyan:', X.grad.shape)
print(f'bir piksel ortalama {float(moved.mean()):.3g} ilerledi', end=', ')
print(f'en çok {float(moved.max()):.3g}')

# %% [markdown]
# Gradyan ne kadar küçük olursa olsun, Adam'ın ilk adımı öğrenme oranı
# kadardır: Gradyanın yalnızca işareti önemlidir. `preprocess`'in birimiyle
# 0.9, yaklaşık $0.9 \cdot 0.225 \approx 0.2$ eder; siyahtan beyaza giden yolun
# beşte biri. Bu yüzden ilk adımlar görüntüyü savurur: Stil kaybı hemen düşer,
# içerik kaybı ile toplam varyasyon ise fırlar ve ancak yavaş yavaş iner.
# Öğrenme oranı her `lr_decay_epoch` adımda bir 0.8 ile çarpılır, böylece
# görüntü durulur.

# %% [markdown]
# ## Eğitim
#
# `train`, bu adımın çevresindeki döngüdür: öznitelikler, kayıp, gradyan, adım.
# Kayıpları ve görüntüyü, verdiğimiz bir işleve bildirir. Bizimki her dönemin
# kayıplarını saklar ve on dönemde bir bir `Animator`'a gösterir; o da siz
# beklerken eğrileri ve görüntüyü yeniden çizer. 20'nin üzerindeki kayıplar,
# kitaptaki gibi, grafiğin dışında kalır.

# %%
animator = Animator(
    xlabel='dönem',
    ylabel='kayıp',
    xlim=(1, num_epochs),
    legend=('içerik', 'stil', 'TV'),
)
records = []
pictures = {0: postprocess(content_X).asnumpy()}


def watch(record, picture):
    """Kayıpları sakla; on dönemde bir görüntüyü göster ve sakla."""
    records.append(record)
    if record.epoch % 10 == 0 or record.epoch == num_epochs:
        animator(record, picture)
        pictures[record.epoch] = picture()


output = train(
    content_X,
    contents_Y,
    styles_Y,
    net,
    device,
    0.9,
    num_epochs,
    lr_decay_epoch,
    watch,
    every=1,
)

# %% [markdown]
# Görüntünün yolculuğu: başlangıçta, on adım sonra, ardından her 50 dönemde
# bir. Tablonun renkleri için on büyük adım yeter, ama renkler gürültü olarak
# gelir: Fotoğraf, tek tek parlak piksellerden oluşan bir kumun ardındadır.
# Öğrenme oranı düştükçe bu kum taranıp fırça darbelerine dönüşür. 100. ile
# 150. dönem arasındaki farkı görmek içinse iki kez bakmak gerekir.

# %%
kept = [
    epoch for epoch in pictures if epoch % 50 == 0 or epoch in (10, num_epochs)
]
strip(
    [pictures[epoch] for epoch in kept],
    [f'dönem {epoch}' for epoch in kept],
    columns=5,
    width=2.1,
)

# %% [markdown]
# Peki eniyileyici bu süre boyunca neyle uğraştı? Aşağıdaki şekil, toplamı
# dönem dönem üç parçasına ayırıyor; stil kaybı, en aza indirildiği gibi, on
# kez sayıldı. İlk dönemde toplamın neredeyse tamamı odur, çünkü görüntü hâlâ
# fotoğrafın kendisidir. Yirmi adım içinde payı üçte bire çöker, yarıdan
# fazlası içeriğe kalır.

# %%
shares(
    [record.epoch for record in records],
    {
        'içerik': [record.content_loss for record in records],
        '10 x stil': [10 * record.style_loss for record in records],
        'TV': [record.tv_loss for record in records],
    },
    xlabel='dönem',
    ylabel='toplamdaki pay, %',
)

# %% [markdown]
# İlk ve en çok düşen stil kaybıdır, çünkü ağırlığı çok büyüktür. İçerik kaybı,
# ilk adımların onu savurduğu yükseklikten arkadan gelir, ama 0'a dönmez: Başka
# renklerle ve başka darbelerle boyanmış bir görüntünün öznitelikleri
# fotoğrafınkilerle tümüyle aynı olamaz. Üç kayıp bir uzlaşmaya varır.

# %%
triptych(
    photo,
    painting,
    postprocess(output).asnumpy(),
    ['içerik', 'stil', 'sonuç'],
)

# %% [markdown]
# ## Gram matrisleri, önce ve sonra
#
# Görüntüye hangi darbeyi nereye koyacağını kimse söylemedi. Tablo hakkında ona
# söylenen tek şey beş Gram matrisidir; öyleyse onlara bakalım. Isı haritasının
# her hücresi bir kanal çiftidir. Kırmızı: İkisi birlikte etkin olma
# eğilimindedir. Mavi: Birinin artı olduğu yerde öteki eksidir. Kanallar
# tablodaki etkinliklerine göre sıralandı ve en güçlü 48 tanesi gösterildi;
# birkaç çift ötekileri çok aştığı için renkler logaritmiktir. Altta
# katmanların stil kayıpları yazıyor.

# %%
_, styles_before = extract_features(content_X, net)
_, styles_after = extract_features(output, net)
captions = {
    title: [
        f'stil kaybı {1e3 * float(style_loss(Y_hat, G)):.2g}'
        for Y_hat, G in zip(styles_Y_hat, styles_Y_gram)
    ]
    for title, styles_Y_hat in [
        ('fotoğraf', styles_before),
        ('sonuç', styles_after),
    ]
}
gram_heatmaps(
    {
        'tablo': [G.asnumpy() for G in styles_Y_gram],
        'fotoğraf': [gram(Y).asnumpy() for Y in styles_before],
        'sonuç': [gram(Y).asnumpy() for Y in styles_after],
    },
    style_layers,
    'tablodaki en büyük değere oranı',
    captions,
)

# %% [markdown]
# Fotoğrafın matrisleri tablonunkilerden soluktur, çünkü fotoğrafta daha az şey
# olup biter. Çiftleri de başkadır. Sonucun matrisleri ise satır satır
# tablonunkilere benzer; oysa biri bir göl, öteki bir ağaçlı yoldur. Stil
# kaybının görebildiği yalnızca budur ve görebildiği kadarıyla amaca
# ulaşılmıştır.
#
# En iyi sonuç `conv1_1`'dedir, yani renklerde: Stil kaybının çoğu başlangıçta
# oradaydı, çabaya değen yer de orasıydı. `conv5_1`'de ise kaybın önemli bir
# bölümü durur; onu da gidermek için görüntünün, içerik kaybının savunduğu
# biçimlerden vazgeçmesi gerekirdi.

# %% [markdown]
# ## Özet
#
# * Dondurulmuş bir ağ ölçer, pikseller parametredir. İşin özü budur.
# * **İçerik kaybı**, derin bir katmanın özniteliklerini konum konum
#   karşılaştırır. **Stil kaybı** Gram matrislerini karşılaştırır; bunlar neyin
#   birlikte görüldüğünü bilir, nerede görüldüğünü unutmuştur. **Toplam
#   varyasyon kaybı** gürültüyü bastırır.
# * Üçünün ağırlıkları hiperparametredir. Toplama gerçekte neyin girdiğine
#   bakın: Bildirilen stil kaybı, en aza indirilenin onda biridir.
#
# ## Tam boy
#
# Kitaptaki deneyin kendisi, yani Rainier Dağı fotoğrafı ve sonbahar meşeleri
# tablosuyla, kitabın boyutunda ve 500 dönemle, tek bir komuttur. İki
# çekirdekte yaklaşık on dakika sürer; görüntüyü ve yanına kayıpların grafiğini
# yazar:
#
# ```
# gluon-style transfer book:rainier book:autumn-oak -o rainier.png --epochs 500
# ```
#
# ## Bundan sonrası
#
# * [02_iki_sekme](02_iki_sekme.ipynb): Kitap bu bölümü hem MXNet hem PyTorch
#   için, aynı formüllerle basar; ama ikisi başka başka görüntüler çizer.
#   Neden?
# * [03_alistirmalar](03_alistirmalar.ipynb): bölümün başka katmanlar, başka
#   ağırlıklar ve başka görüntüler üzerine alıştırmaları, her biri çalışan bir
#   başlangıçla; yanıtları [03_cozumler](03_cozumler.ipynb) not defterinde.
# * [04_metin_tarzi_transferi](04_metin_tarzi_transferi.ipynb): son alıştırma.
#   Bir metin için içerik ve stil ne olurdu?
